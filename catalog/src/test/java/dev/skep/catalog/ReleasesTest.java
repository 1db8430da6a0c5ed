package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasesTest {

  private static Release of(String text) {
    return Releases.of(KernelVersion.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "6.1, 6.1.176",
    "6.12, 6.12.117",
    "6.18, 6.18.44",
    "v6.18, 6.18.44",
    "6.18.15, 6.18.15",
    "6.18.0, 6.18.0",
    "6.12.117+deb12-cloud-amd64, 6.12.117",
    "6.1.0-50-cloud-amd64, 6.1.176"
  })
  void knownOnesAreJudged(String asked, String version) {
    Release.Known known = assertInstanceOf(Release.Known.class, of(asked));
    assertEquals(version, known.version().toString());
  }

  @Test
  void betweenTwoKnownOnesBothAreNamed() {
    Release.Near near = assertInstanceOf(Release.Near.class, of("6.6.30"));
    assertEquals(
        List.of("6.1.176", "6.12.117"), near.neighbours().stream().map(Object::toString).toList());
    assertEquals(
        "not known for Linux 6.6.30; its neighbours are 6.1.176 and 6.12.117",
        Releases.whyNot(near.asked()));
  }

  @Test
  void aNewerPointReleaseHasItsSeriesOnly() {
    Release.Near near = assertInstanceOf(Release.Near.class, of("6.12.999"));
    assertEquals(List.of(new KernelVersion(6, 12, 117)), near.neighbours());
    assertEquals(
        "not known for Linux 6.12.999; the nearest known is 6.12.117",
        Releases.whyNot(near.asked()));
    assertEquals(new KernelVersion(6, 12, 117), Releases.beside(near.asked()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9.9", "2.6", "4.9", "0.0", "9999.9999", "6.18-rc3", "6.12.0-55.el10.x86_64"})
  void othersAreNot(String text) {
    KernelVersion asked = KernelVersion.parse(text);
    assertInstanceOf(Release.Unknown.class, Releases.of(asked));
    assertTrue(Releases.whyNot(asked).startsWith("not known for Linux " + asked), text);
    assertEquals(asked, Releases.beside(asked));
  }

  @Test
  void theNearestIsNamed() {
    assertTrue(
        Releases.whyNot(new KernelVersion(2, 6)).contains("the nearest known is 6.1.176 of"));
    assertTrue(
        Releases.whyNot(new KernelVersion(9, 9)).contains("the nearest known is 6.18.44 of"));
  }

  @Test
  void inAscendingOrderOneForEachSeries() {
    List<KernelVersion> known = Releases.known();
    assertEquals(known.stream().sorted().toList(), known);
    assertEquals(known.size(), known.stream().map(KernelVersion::series).distinct().count());
    assertTrue(known.stream().allMatch(k -> k.point().isPresent() && k.variant().isEmpty()));
  }
}
