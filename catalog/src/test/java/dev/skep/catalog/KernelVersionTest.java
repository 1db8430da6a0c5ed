package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {

  @ParameterizedTest
  @CsvSource({
    "6.12, 6.12",
    "v6.1, 6.1",
    "6.18.15, 6.18.15",
    "6.18.0, 6.18.0",
    "6.12.48-cloud-amd64, 6.12.48",
    "6.18.44+deb13, 6.18.44",
    "6.18.44-fc-v782, 6.18.44",
    // Debian and Ubuntu count their builds
    "6.1.0-50-cloud-amd64, 6.1",
    "5.15.0-91-generic, 5.15",
    "6.18-rc1, 6.18-rc1",
    "6.19~rc4-amd64, 6.19-rc4",
    "6.19.0-rc1, 6.19.0-rc1",
    // vendors' kernels
    "5.14.0-427.13.1.el9_4.x86_64, 5.14-el9",
    "6.12.0-55.el10.x86_64, 6.12-el10",
    "5.15.0-200.131.27.el8uek.x86_64, 5.15-el8",
    "6.4.0-150600.23.25-default, 6.4-sle150600",
    "5.10.0-60.18.0.50.oe2203.x86_64, 5.10-oe2203"
  })
  void readsReleases(String text, String version) {
    assertEquals(version, KernelVersion.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "6.12, 6.12.1",
    "6.12.9, 6.12.10",
    "6.12.117, 6.13",
    "6.18.44, 7.0",
    "5.19, 6.0.1",
    "6.12, 6.12-el10"
  })
  void ordersByNumber(String older, String newer) {
    KernelVersion first = KernelVersion.parse(older);
    KernelVersion second = KernelVersion.parse(newer);
    assertFalse(first.isAtLeast(second));
    assertTrue(second.isAtLeast(first));
    assertTrue(first.compareTo(second) < 0);
  }

  @Test
  void pointReleasesBelongToTheirSeries() {
    assertEquals(new KernelVersion(6, 12), new KernelVersion(6, 12, 117).series());
    assertEquals(0x060c75, new KernelVersion(6, 12, 117).code());
    assertEquals(0x060c00, new KernelVersion(6, 12).code());
    // more does not fit: LINUX_VERSION_CODE stops there, too
    assertEquals(0x0409ff, new KernelVersion(4, 9, 337).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6", "6.", "six", "6.1,6.12,6.18", "6.1 6.12", "6.12x", "123456.1"})
  void saysWhatIsNone(String text) {
    var wrong = assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse(text));
    assertEquals("'" + text + "' is no kernel version; write it like 6.12", wrong.getMessage());
  }
}
