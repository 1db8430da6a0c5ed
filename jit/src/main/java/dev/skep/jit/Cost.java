package dev.skep.jit;

import java.util.HashMap;
import java.util.Map;

/**
 * Which functions count what they execute: those that may run for long. A run of the others ends
 * soon by itself.
 */
final class Cost {

  /** Instructions that a function may execute, callees included, without counting. */
  private static final long FREE = 1 << 14;

  private final Map<Integer, Function> functions;
  private final Map<Integer, Long> worst = new HashMap<>();

  private final Map<Integer, Long> least = new HashMap<>();

  Cost(Map<Integer, Function> functions) {
    this.functions = functions;
  }

  /** Whether a function counts. */
  boolean counts(int entry) {
    return worst(entry) > FREE;
  }

  /**
   * What a call is charged: the instructions that it executes at least, if the callee does not
   * count itself.
   */
  long charge(int entry) {
    return counts(entry) ? 1 : least(entry);
  }

  private long least(int entry) {
    Function function = functions.get(entry);
    if (function == null) {
      return 1;
    }
    Long known = least.get(entry);
    if (known == null) {
      // Callees that do not count are no cycle.
      known = 1 + function.shortestToExit(this::least);
      least.put(entry, known);
    }
    return known;
  }

  /** Instructions that a call executes at most, roughly; a loop has no bound. */
  private long worst(int entry) {
    Long known = worst.get(entry);
    if (known != null) {
      return known;
    }
    Function function = functions.get(entry);
    if (function == null || function.loops()) {
      worst.put(entry, Long.MAX_VALUE);
      return Long.MAX_VALUE;
    }
    // A function that is asked for while it is looked at calls itself.
    worst.put(entry, Long.MAX_VALUE);
    long sum = function.size();
    for (int callee : function.calls()) {
      long cost = worst(callee);
      sum = cost > FREE || sum > FREE ? Long.MAX_VALUE : sum + cost;
    }
    worst.put(entry, sum);
    return sum;
  }
}
