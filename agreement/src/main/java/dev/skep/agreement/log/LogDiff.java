package dev.skep.agreement.log;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares two verifier logs line for line.
 *
 * <p>Both are normalised first, by exactly this:
 *
 * <ul>
 *   <li>the line {@code verification time N usec} is dropped;
 *   <li>the address that a wide load of a map, map value, function or kernel variable shows ({@code
 *       (18) r1 = 0xffff888012345678}) becomes {@code ADDRESS}, for it differs with every load;
 *   <li>white space at a line's end is dropped;
 *   <li>where one side knows no source lines, {@code ; text @ file:line} is dropped from both;
 *   <li>where one side knows no names of maps, {@code map=NAME,} is dropped from both;
 *   <li>where the left log outgrew its buffer, so that only its end is there, it is compared with
 *       the end of the right one.
 * </ul>
 */
public final class LogDiff {

  /** Addresses of Linux's direct map, vmalloc area, per-CPU area and text, on 64-bit machines. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(\\(18\\) r\\d+ = )0xffff(?:[0-9a-e][0-9a-f]{11}|ffff[89a-e][0-9a-f]{7})(?![0-9a-f])");

  private static final Pattern STATISTICS = Pattern.compile("processed \\d+ insns \\(limit ");

  private static final Pattern MAP_NAME = Pattern.compile("(?<=[(,])map=[^,)]*,?");

  private LogDiff() {}

  /**
   * Where two logs part.
   *
   * @param line counted from 1, in the normalised logs
   * @param left the line on the left, null if that log has ended
   * @param right the line on the right, null if that log has ended
   */
  public record Difference(int line, @Nullable String left, @Nullable String right) {}

  /** The lines that count. */
  public static List<String> normalise(String log, boolean withSourceLines) {
    var lines = new ArrayList<String>();
    for (String line : log.split("\n", -1)) {
      if (line.startsWith("verification time ") || (!withSourceLines && line.startsWith("; "))) {
        continue;
      }
      String text = line.stripTrailing();
      if (text.contains("(18)")) {
        text = ADDRESS.matcher(text).replaceAll("$1ADDRESS");
      }
      lines.add(text);
    }
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  /** Whether the log names the maps that pointers point to. */
  public static boolean hasMapNames(String log) {
    return log.contains("(map=");
  }

  /** The lines, without the names of maps. */
  public static List<String> withoutMapNames(List<String> lines) {
    return lines.stream().map(line -> MAP_NAME.matcher(line).replaceAll("")).toList();
  }

  /** Whether a log is only the end of what the verifier wrote: it does not begin at a beginning. */
  public static boolean isTail(List<String> log, List<String> whole) {
    return !log.isEmpty()
        && !whole.isEmpty()
        && log.size() <= whole.size()
        && whole.getFirst().equals("func#0 @0")
        && !log.getFirst().equals("func#0 @0");
  }

  /** The first line that differs, or null if there is none. */
  public static @Nullable Difference first(List<String> left, List<String> right) {
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      if (!left.get(i).equals(right.get(i))) {
        return new Difference(i + 1, left.get(i), right.get(i));
      }
    }
    if (left.size() == right.size()) {
      return null;
    }
    return new Difference(
        common + 1,
        common < left.size() ? left.get(common) : null,
        common < right.size() ? right.get(common) : null);
  }

  /** Whether a log shows source lines. */
  public static boolean hasSourceLines(String log) {
    return log.startsWith("; ") || log.contains("\n; ");
  }

  /**
   * The verifier's last message: the last line before the statistics, or an empty text if the log
   * has none.
   */
  public static String lastMessage(String log) {
    String last = "";
    for (String line : log.split("\n", -1)) {
      if (line.startsWith("verification time ")
          || line.startsWith("stack depth ")
          || line.startsWith("processed ")
          || line.isBlank()) {
        continue;
      }
      last = line;
    }
    // A few messages do not end their line, so that the statistics follow on it.
    int statistics =
        STATISTICS
            .matcher(last)
            .results()
            .mapToInt(MatchResult::start)
            .findFirst()
            .orElse(last.length());
    return last.substring(0, statistics).strip();
  }
}
