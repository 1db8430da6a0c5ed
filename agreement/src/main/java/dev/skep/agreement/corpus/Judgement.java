package dev.skep.agreement.corpus;

import dev.skep.agreement.log.LogDiff;
import org.jspecify.annotations.Nullable;

/**
 * Our answer to a recorded program beside the kernel's.
 *
 * @param id names the program in the corpus
 * @param agreement how the verdicts relate
 * @param sameMessage whether both refuse it with the same last message
 * @param ours our verdict in words: {@code accepted}, or the last message
 * @param kernel the kernel's verdict in words
 * @param processed instructions that we processed
 * @param kernelProcessed instructions that the kernel processed, -1 if not recorded
 * @param nanos wall-clock time of our verification
 * @param log where our log leaves the recorded one; null if it does not or was not compared
 * @param logCompared whether the logs were compared
 */
public record Judgement(
    String id,
    Agreement agreement,
    boolean sameMessage,
    String ours,
    String kernel,
    int processed,
    int kernelProcessed,
    long nanos,
    LogDiff.@Nullable Difference log,
    boolean logCompared) {

  /** How two verdicts relate. */
  public enum Agreement {
    /** Both accept or both refuse. */
    SAME,
    /** We accept what the kernel refuses: the worst kind. */
    FALSE_ACCEPT,
    /** We refuse what the kernel accepts. */
    FALSE_REJECT,
    /** We say that we cannot tell. */
    NOT_MODELLED,
    /** Our verifier failed, or did not end in time. */
    CRASH
  }

  public boolean sameLog() {
    return logCompared && log == null;
  }
}
