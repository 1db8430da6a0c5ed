package dev.skep.cli;

import dev.skep.object.diagnostic.Printable;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * What a command writes to: nothing that controls a terminal passes, whatever names are printed,
 * and what could not be written is remembered, because a {@code PrintWriter} tells nobody.
 */
final class Terminal extends Writer {

  private final Writer to;
  private final boolean carriageReturns;
  private @Nullable IOException failure;

  /**
   * Writes to another writer.
   *
   * @param carriageReturns whether they may pass, for a line that shows progress
   */
  Terminal(Writer to, boolean carriageReturns) {
    this.to = to;
    this.carriageReturns = carriageReturns;
  }

  /** What went wrong first; null if all was written so far. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    int start = offset;
    int end = offset + length;
    try {
      for (int i = offset; i < end; i++) {
        char c = text[i];
        if (c != '\n' && c != '\t' && !(c == '\r' && carriageReturns) && Printable.isControl(c)) {
          to.write(text, start, i - start);
          var escaped = new StringBuilder();
          Printable.append(c, escaped);
          to.write(escaped.toString());
          start = i + 1;
        }
      }
      to.write(text, start, end - start);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      to.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      to.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }
}
