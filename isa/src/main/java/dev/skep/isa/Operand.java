package dev.skep.isa;

/** The source operand of an arithmetic, jump or store instruction. */
public sealed interface Operand {

  /** A register, 0 to 10 (or more, in what a decoder keeps of hostile input it reports). */
  record Reg(int index) implements Operand {}

  /** The 32-bit immediate; 64-bit operations sign-extend it. */
  record Imm(int value) implements Operand {}

  /** Shorthand for {@link Reg}. */
  static Operand reg(int index) {
    return new Reg(index);
  }

  /** Shorthand for {@link Imm}. */
  static Operand imm(int value) {
    return new Imm(value);
  }
}
