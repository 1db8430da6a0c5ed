package dev.skep.agreement.log;

import java.io.PrintWriter;
import java.util.List;

/** Prints two logs: common lines once, then both continuations. */
public final class LogPrinter {

  private LogPrinter() {}

  /** Prints the kernel's log and ours, normalised, the first difference marked. */
  public static void sideBySide(String theirs, String ours, boolean sourceLines, PrintWriter out) {
    List<String> left = LogDiff.normalise(theirs, sourceLines);
    List<String> right = LogDiff.normalise(ours, sourceLines);
    LogDiff.Difference difference = LogDiff.first(left, right);
    int common = difference == null ? left.size() : difference.line() - 1;
    for (int i = 0; i < common; i++) {
      out.printf("        %s%n", left.get(i));
    }
    if (difference == null) {
      out.println("the logs are equal");
      return;
    }
    out.printf("------- line %d differs%n", difference.line());
    for (int i = common; i < left.size(); i++) {
      out.printf("%s %s%n", i == common ? "kernel>" : "kernel ", left.get(i));
    }
    out.println("-------");
    for (int i = common; i < right.size(); i++) {
      out.printf("%s %s%n", i == common ? "skep  >" : "skep   ", right.get(i));
    }
  }
}
