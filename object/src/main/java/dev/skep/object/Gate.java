package dev.skep.object;

import dev.skep.catalog.Errno;
import dev.skep.object.diagnostic.Diagnostic;

/**
 * Judges programs before they are submitted to a kernel: what it refuses is not. Gates are found by
 * {@link java.util.ServiceLoader}; each must let a program pass. skep's verifier is one, so that
 * whoever has it beside the kernel bridge has it asked; a house may add rules of its own.
 *
 * <p>May be asked by several threads.
 */
public interface Gate {

  /** Who judges, as a sentence begins: {@code skep's verifier}. */
  String name();

  /**
   * Judges a program.
   *
   * @param program as it would be submitted: with the kernel's own type ids, and its flags
   * @param kernel what it would be submitted to, and with which rights
   * @param logLevel the log that a refusal comes with: {@code BPF_LOG_*} bits as in bpf(2), at
   *     least 1
   */
  Answer judge(ProgramSpec program, Profile kernel, int logLevel);

  /** What a gate says. */
  sealed interface Answer permits Passed, Refusal {}

  /** It may be submitted. */
  record Passed() implements Answer {}

  /** It may not. */
  sealed interface Refusal extends Answer permits Rejected, NotJudged {

    /** The log as bpf(2) would give it; may be empty. */
    String log();

    /** The same for a reader: place, cause, evidence, help. */
    Diagnostic diagnostic();
  }

  /**
   * The kernel would refuse it, or should.
   *
   * @param errno the error
   * @param message the last line of the kernel's log before the statistics; may be empty
   */
  record Rejected(Errno errno, String message, String log, Diagnostic diagnostic)
      implements Refusal {}

  /**
   * The gate cannot tell.
   *
   * @param what it does not know, by the kernel's name
   */
  record NotJudged(String what, String log, Diagnostic diagnostic) implements Refusal {}
}
