package dev.skep.agreement.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogDiffTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0: (18) r1 = 0xffff888101234000       ; R1_w=x | 0: (18) r1 = ADDRESS       ; R1_w=x",
        "0: (18) r1 = 0xffffc90044bc1000 | 0: (18) r1 = ADDRESS",
        "0: (18) r1 = 0xffffffff82345678 | 0: (18) r1 = ADDRESS",
        // Constants of the program stay: all ones, user addresses, arena addresses.
        "0: (18) r1 = 0xffffffffffffffff | 0: (18) r1 = 0xffffffffffffffff",
        "0: (18) r1 = 0x100000000000 | 0: (18) r1 = 0x100000000000",
        "0: (b7) r1 = 0xffff888101234000 | 0: (b7) r1 = 0xffff888101234000",
      })
  void addressesOfWideLoadsDoNotCount(String line, String normal) {
    assertEquals(List.of(normal), LogDiff.normalise(line + "\n", true));
  }

  @Test
  void timeAndTrailingSpaceDoNotCount() {
    String left = "0: R1=ctx()  \nverification time 44 usec\nstack depth 8\n";
    String right = "0: R1=ctx()\nverification time 5 usec\nstack depth 8";
    assertNull(LogDiff.first(LogDiff.normalise(left, true), LogDiff.normalise(right, true)));
  }

  @Test
  void sourceLinesAreDroppedOnlyIfAsked() {
    assertEquals(List.of("0: x"), LogDiff.normalise("; a = b; @ f.c:1\n0: x\n", false));
    assertEquals(
        List.of("; a = b; @ f.c:1", "0: x"), LogDiff.normalise("; a = b; @ f.c:1\n0: x\n", true));
  }

  @Test
  void firstDifferenceIsCountedFromOne() {
    LogDiff.Difference difference = LogDiff.first(List.of("a", "b"), List.of("a", "c"));
    assertEquals(new LogDiff.Difference(2, "b", "c"), difference);
    LogDiff.Difference longer = LogDiff.first(List.of("a"), List.of("a", "c"));
    assertEquals(new LogDiff.Difference(2, null, "c"), longer);
  }

  @Test
  void lastMessageIsTheLineBeforeTheStatistics() {
    String log =
        """
        0: (95) exit
        R0 !read_ok
        verification time 9 usec
        stack depth 0
        processed 1 insns (x)
        """;
    assertEquals("R0 !read_ok", LogDiff.lastMessage(log));
    assertEquals("", LogDiff.lastMessage("processed 1 insns\n"));
  }
}
