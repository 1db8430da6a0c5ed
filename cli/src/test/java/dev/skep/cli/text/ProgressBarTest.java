package dev.skep.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

  private final AtomicLong now = new AtomicLong(77);
  private final StringWriter text = new StringWriter();
  private final PrintWriter err = new PrintWriter(text);

  private void after(double seconds) {
    now.addAndGet((long) (seconds * 1e9));
  }

  @Test
  void aShortRunShowsNothing() {
    var bar = new ProgressBar(err, "packets", true, now::get);
    after(1.9);
    bar.at(1000, 10, 100);
    bar.done();
    assertEquals("", text.toString());
  }

  @Test
  void aTerminalIsDrawnOver() {
    var bar = new ProgressBar(err, "packets", true, now::get);
    after(2);
    bar.at(1000, 20, 100);
    bar.at(1001, 20, 100); // too soon
    after(3);
    bar.at(2500, 50, 100);
    bar.done();
    assertEquals(
        "\r[######........................]  20 %  1000 packets, 500 a second, 8 s left\u001b[K"
            + "\r[###############...............]  50 %  2500 packets, 500 a second, 5 s left\u001b[K"
            + "\r\u001b[K",
        text.toString());
  }

  @Test
  void aFileGetsALineEveryFiveSeconds() {
    var bar = new ProgressBar(err, "packets", false, now::get);
    for (int i = 1; i <= 12; i++) {
      after(1);
      bar.at(i, i, 12);
    }
    bar.done();
    assertEquals(
        """
        [#####.........................]  16 %  2 packets, 1 a second, 10 s left
        [#################.............]  58 %  7 packets, 1 a second, 5 s left
        [##############################] 100 %  12 packets, 1 a second, 0 s left
        """,
        text.toString());
  }

  @Test
  void nothingBehindGivesNoEstimate() {
    var bar = new ProgressBar(err, "packets", false, now::get);
    after(4);
    bar.at(0, 0, 12);
    assertEquals(
        "[..............................]   0 %  0 packets, 0 a second\n", text.toString());
  }
}
