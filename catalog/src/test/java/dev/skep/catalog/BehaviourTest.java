package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BehaviourTest {

  @ParameterizedTest
  @CsvSource({
    "6.13, 6.12, false",
    "6.13, 6.13, true",
    "6.13, 7.0, true",
    "6.13 6.12.25 6.6.90, 6.12, false",
    "6.13 6.12.25 6.6.90, 6.12.24, false",
    "6.13 6.12.25 6.6.90, 6.12.25, true",
    "6.13 6.12.25 6.6.90, 6.6.100, true",
    "6.13 6.12.25 6.6.90, 6.11, false",
    "6.13 6.12.25 6.6.90, 6.13.1, true",
    "5.10 until 6.2, 5.9.20, false",
    "5.10 until 6.2, 5.10.262, true",
    "5.10 until 6.2, 6.1.176, true",
    "5.10 until 6.2, 6.2, false"
  })
  void aSpanCoversReleasesAndMendedSeries(String when, String kernel, boolean has) {
    assertEquals(has, Span.parse(when).covers(KernelVersion.parse(kernel)));
  }

  @Test
  void aSpanStartsSomewhere() {
    assertThrows(IllegalArgumentException.class, () -> Span.parse(""));
  }

  @Test
  void theSetOfAKernelIsWhatEachSaysOfIt() {
    for (KernelVersion known : Releases.known()) {
      Behaviours kernel = Behaviours.of(known);
      for (Behaviour behaviour : Behaviour.values()) {
        assertEquals(behaviour.isIn(known), kernel.has(behaviour), behaviour + " in " + known);
        assertEquals(kernel.has(behaviour), kernel.all().contains(behaviour));
      }
    }
  }

  @Test
  void eachHasASourceAndSaysWhatTheKernelDoes() {
    for (Behaviour behaviour : Behaviour.values()) {
      assertFalse(behaviour.source().isBlank(), behaviour.name());
      assertFalse(behaviour.text().isBlank(), behaviour.name());
      assertTrue(
          Character.isLowerCase(behaviour.text().charAt(0)) || behaviour.text().startsWith("LD"),
          behaviour.name());
    }
  }

  @Test
  void theDocumentationListsThem() throws IOException {
    List<String> rows =
        Arrays.stream(Behaviour.values())
            .map(
                one ->
                    "| `%s` | %s | %s | %s |"
                        .formatted(one, one.span(), one.text(), one.source().replace("|", "\\|")))
            .toList();
    List<String> page =
        Files.readAllLines(Path.of("..", "docs", "behaviours.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    assertEquals(String.join("\n", rows), String.join("\n", page));
  }
}
