package dev.skep.assembler.conformance;

/** What the suite tests: something that runs BPF code over a piece of memory. */
@FunctionalInterface
public interface ConformanceEngine {

  /**
   * Runs a program.
   *
   * @param code the program, 8 bytes a slot, little endian
   * @param memory what {@code r1} points to; {@code r2} holds its length
   * @return {@code r0} at the end
   * @throws Exception if the program is refused or fails; the message says why
   */
  long run(byte[] code, byte[] memory) throws Exception;
}
