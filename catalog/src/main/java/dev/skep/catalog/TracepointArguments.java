package dev.skep.catalog;

import java.util.HashMap;
import java.util.Map;

/**
 * What the types of a tracepoint's arguments do not say: which may be NULL and which may be an
 * error code ({@code raw_tp_null_args} of Linux 6.18; earlier kernels took none for NULL).
 */
public final class TracepointArguments {

  private record Masks(int nullable, int error) {}

  private static final class Table {
    static final Map<String, Masks> BY_NAME = read();

    private static Map<String, Masks> read() {
      var table = new HashMap<String, Masks>();
      for (String line : DataFile.lines("tracepoints.txt")) {
        String[] words = DataFile.words(line);
        table.put(words[0], new Masks(mask(words[1]), mask(words[2])));
      }
      return table;
    }

    private static int mask(String list) {
      int mask = 0;
      if (!list.equals("-")) {
        for (String index : list.split(",", -1)) {
          mask |= 1 << Integer.parseInt(index);
        }
      }
      return mask;
    }
  }

  private TracepointArguments() {}

  /**
   * Whether a pointer may be NULL.
   *
   * @param tracepoint its name, without {@code btf_trace_}
   * @param index of the argument, from 0, without the tracepoint's own data
   */
  public static boolean mayBeNull(String tracepoint, int index) {
    Masks masks = Table.BY_NAME.get(tracepoint);
    return masks != null && (masks.nullable() >>> index & 1) != 0;
  }

  /** Whether a pointer may be an error code, and so is only a number to programs. */
  public static boolean mayBeError(String tracepoint, int index) {
    Masks masks = Table.BY_NAME.get(tracepoint);
    return masks != null && (masks.error() >>> index & 1) != 0;
  }
}
