package dev.skep.object;

import dev.skep.object.diagnostic.Diagnostic;

/**
 * An instruction for which the kernel has nothing: like libbpf, the reader makes it one that no
 * kernel accepts if it is reached. What the verifier then says about a strange number, this says in
 * the program's terms.
 *
 * @param finding what is missing, where, and what to do
 */
public record PoisonedInstruction(Kind kind, Diagnostic finding) {

  /** What could not be resolved. */
  public enum Kind {
    /** A CO-RE relocation. */
    CORE_RELOCATION,
    /** A call of a kernel function that is declared weak. */
    KERNEL_FUNCTION
  }
}
