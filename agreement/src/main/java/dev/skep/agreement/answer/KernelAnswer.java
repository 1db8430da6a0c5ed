package dev.skep.agreement.answer;

import dev.skep.agreement.log.LogDiff;
import dev.skep.kernel.Availability;
import dev.skep.kernel.FeatureProbe;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.error.KernelUnavailableException;
import dev.skep.object.ProgramSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the running kernel says to a program.
 *
 * @param accepted whether it loaded it
 * @param errno the error's name, null if accepted
 * @param message the last line of its log before the statistics; empty if there is none
 * @param processed instructions processed, -1 if the log does not say
 * @param log the log at the level that was asked for
 * @param note why it was refused without a verifier's log; empty if there is one
 * @param setUpFailed whether the program's code had no part in it: a map or the types were refused,
 *     the kernel was built without its type, or its target is not in the kernel
 * @param loaded the program, for test runs; null if refused
 */
public record KernelAnswer(
    boolean accepted,
    @Nullable String errno,
    String message,
    int processed,
    String log,
    String note,
    boolean setUpFailed,
    LoadResult.@Nullable Loaded loaded) {

  private static final Pattern PROCESSED = Pattern.compile("processed (\\d+) insns \\(limit");

  /**
   * Connects to the running kernel.
   *
   * @throws KernelUnavailableException if there is none, or the right to load programs is missing
   */
  public static Kernel open() {
    Kernel kernel = Kernel.open();
    // Where kernel.unprivileged_bpf_disabled is 0, opening it works for everyone.
    if (!kernel.profile().privileged()) {
      kernel.close();
      throw new KernelUnavailableException(
          "loading programs into the kernel needs CAP_BPF and CAP_PERFMON; this process has"
              + " neither CAP_BPF nor CAP_SYS_ADMIN, or not CAP_PERFMON");
    }
    return kernel;
  }

  /** Asks the kernel, for a log at level 2. */
  public static KernelAnswer of(KernelObject session, ProgramSpec program) {
    return of(session, program, 2);
  }

  /** Asks the kernel. A map or types that it refuses count as a refusal of the program. */
  public static KernelAnswer of(KernelObject session, ProgramSpec program, int logLevel) {
    if (lacksTarget(program)) {
      String note =
          "its target is not in this kernel's types, so no loader submits it: "
              + program.attachTarget();
      return new KernelAnswer(false, "ENOENT", "", -1, "", note, true, null);
    }
    LoadResult result;
    try {
      // The kernel's own answer is asked for, whatever skep's verifier says.
      result = session.load(program, LoadOptions.DEFAULT.unchecked().withLogLevel(logLevel));
    } catch (KernelCallException e) {
      return new KernelAnswer(
          false, e.errno().name(), "", -1, "", String.valueOf(e.getMessage()), true, null);
    }
    String log = result.log();
    Matcher processed = PROCESSED.matcher(log);
    int count = -1;
    while (processed.find()) {
      count = Integer.parseInt(processed.group(1));
    }
    return switch (result) {
      case LoadResult.Loaded loaded ->
          new KernelAnswer(true, null, "", count, log, "", false, loaded);
      case LoadResult.Refused refused ->
          new KernelAnswer(
              false,
              refused.errnoName(),
              LogDiff.lastMessage(log),
              count,
              log,
              log.isBlank() ? refused.reason() : "",
              log.isBlank() && lacksType(session, program),
              null);
    };
  }

  /** A target by name that the reader did not find in the kernel's types. */
  private static boolean lacksTarget(ProgramSpec program) {
    return switch (program.type()) {
      case TRACING, LSM ->
          program.attachTarget() != null
              && program.attachBtfId() == 0
              && program.kernelBtf() != null;
      default -> false;
    };
  }

  private static boolean lacksType(KernelObject session, ProgramSpec program) {
    return new FeatureProbe(session.kernel()).programType(program.type()).answer()
        == Availability.Answer.NOT_SUPPORTED;
  }

  /**
   * Whether the kernel refused before its verifier looked, so that there is nothing to compare
   * with: a kind of program that this machine does not allow, or a map that it cannot create.
   */
  public boolean beforeVerifier() {
    return !accepted && log.isBlank() && (setUpFailed || "EPERM".equals(errno));
  }

  /** The verdict, with the error. */
  public String inWords() {
    return accepted ? "accepted" : "rejected, " + errno;
  }
}
