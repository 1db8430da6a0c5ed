package dev.skep.cli.object;

import dev.skep.catalog.ProgramType;

/** What a program's result means, by program type: {@code enum xdp_action}, {@code TC_ACT_*}. */
final class ResultNames {

  private static final String[] XDP = {
    "XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT"
  };

  private static final String[] TC = {
    "TC_ACT_OK",
    "TC_ACT_RECLASSIFY",
    "TC_ACT_SHOT",
    "TC_ACT_PIPE",
    "TC_ACT_STOLEN",
    "TC_ACT_QUEUED",
    "TC_ACT_REPEAT",
    "TC_ACT_REDIRECT",
    "TC_ACT_TRAP"
  };

  private ResultNames() {}

  /** The low 32 bits of R0, with their name if they have one. */
  static String of(ProgramType type, long r0) {
    int result = (int) r0;
    return switch (type) {
      case XDP -> named(result, XDP);
      case SCHED_CLS, SCHED_ACT -> result == -1 ? "-1 (TC_ACT_UNSPEC)" : named(result, TC);
      default -> Integer.toString(result);
    };
  }

  private static String named(int result, String[] names) {
    return result >= 0 && result < names.length
        ? result + " (" + names[result] + ")"
        : Integer.toString(result);
  }
}
