package dev.skep.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which point release a machine runs, where {@code uname -r} does not say it. */
class RunningKernelTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "6.1.0-50-cloud-amd64 | #1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-06-01) | '' |"
            + " 6.1.176",
        "6.12.117+deb12-cloud-amd64 | #1 SMP Debian 6.12.117-1~bpo12+1 (2026-06-01) | '' |"
            + " 6.12.117",
        "6.8.0-45-generic | #45-Ubuntu SMP | Ubuntu 6.8.0-45.45-generic 6.8.12 | 6.8.12",
        "6.18.44-fc-v782 | #1 SMP PREEMPT_DYNAMIC @0 | '' | 6.18.44",
        "5.14.0-427.el9.x86_64 | #1 SMP | '' | 5.14-el9",
        "6.8.0-45-generic | #45 SMP | some other words | 6.8"
      })
  void isFoundAsLibbpfDoes(String release, String build, String signature, String version) {
    assertEquals(version, String.valueOf(RunningKernel.version(release, build, signature)));
  }

  @Test
  void isNothingElsewhere() {
    assertNull(RunningKernel.version("", "", ""));
    assertNull(RunningKernel.version("25.1.0-Darwin kernel", "", ""));
  }
}
