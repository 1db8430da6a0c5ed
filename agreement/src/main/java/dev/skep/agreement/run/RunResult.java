package dev.skep.agreement.run;

import dev.skep.object.Bytes;

/** What came of running a program on a packet. */
public sealed interface RunResult {

  /**
   * It ran to its exit.
   *
   * @param result R0
   * @param packet the packet afterwards
   */
  record Finished(long result, Bytes packet) implements RunResult {}

  /** It did something that no accepted program does. */
  record Trapped(String reason) implements RunResult {}

  /** It cannot be run, for instance because it calls a helper that has no meaning here. */
  record NotRun(String reason) implements RunResult {}
}
