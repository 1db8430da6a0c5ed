package dev.skep.isa;

import java.util.List;

/** The result of decoding one slot: an instruction, or what is wrong with the slot. */
public sealed interface Decoded {

  /** A well-formed instruction. */
  record Valid(Instruction instruction) implements Decoded {}

  /** A slot that no instruction has: every field that is wrong, at least one. */
  record Invalid(RawInstruction raw, List<FieldProblem> problems) implements Decoded {}

  /**
   * One wrong field.
   *
   * @param field the field as RFC 9669 names it: {@code opcode}, {@code dst_reg}, {@code src_reg},
   *     {@code offset}, {@code imm}, or {@code next} for a wide load's second slot
   * @param message what it holds and what it may hold
   */
  record FieldProblem(String field, String message) {}
}
