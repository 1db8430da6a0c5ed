package dev.skep.cli.exit;

/** Exit codes of the {@code skep} command; scripts rely on them. */
public final class ExitCode {

  /** Accepted, or nothing to report. */
  public static final int OK = 0;

  /** A program was rejected, a finding was made, or two answers differ. */
  public static final int REJECTED = 1;

  /** The command line was wrong. */
  public static final int USAGE = 2;

  /** An input could not be read or is not what it should be. */
  public static final int UNREADABLE = 3;

  /** The running kernel, or the privilege to use it, is not available. */
  public static final int NO_KERNEL = 4;

  /** What was to be written could not be: a full disk, a pipe that nobody reads. */
  public static final int OUTPUT = 74;

  /** A fault of skep's own. */
  public static final int FAULT = 70;

  private ExitCode() {}
}
