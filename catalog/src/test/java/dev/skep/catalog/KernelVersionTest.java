package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {

  @ParameterizedTest
  @CsvSource({
    "6.12, 6.12",
    "v6.1, 6.1",
    "6.12.48-cloud-amd64, 6.12",
    "6.18-rc1, 6.18",
    "6.18.44+deb13, 6.18",
    "5.15.0-91-generic, 5.15"
  })
  void readsReleases(String text, String version) {
    assertEquals(version, KernelVersion.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6", "6.", "six", "6.1,6.12,6.18", "6.1 6.12", "6.12x", "123456.1"})
  void saysWhatIsNone(String text) {
    var wrong = assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse(text));
    assertEquals("'" + text + "' is no kernel version; write it like 6.12", wrong.getMessage());
  }
}
