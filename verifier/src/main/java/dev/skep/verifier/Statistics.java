package dev.skep.verifier;

/**
 * The work of one verification: the numbers of the kernel's last log line.
 *
 * @param processed instructions processed, over all paths
 * @param maxStatesPerInsn most states kept at one instruction
 * @param totalStates states kept in all
 * @param peakStates most states kept at one time
 * @param stackDepth bytes of stack of the main program and each subprogram, joined by {@code +}
 * @param nanos wall-clock time
 */
public record Statistics(
    int processed,
    int maxStatesPerInsn,
    int totalStates,
    int peakStates,
    String stackDepth,
    long nanos) {

  /** Nothing was done. */
  public static final Statistics NONE = new Statistics(0, 0, 0, 0, "", 0);
}
