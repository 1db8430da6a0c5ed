package dev.skep.isa.classic;

/**
 * One instruction: {@code struct sock_filter}.
 *
 * @param code operation, 16 bits
 * @param jt slots to skip if a condition holds, 0 to 255
 * @param jf slots to skip if it does not
 * @param k the constant, 32 bits
 */
public record ClassicInstruction(int code, int jt, int jf, int k) {

  /** The instruction class, {@code BPF_LD} and so on. */
  int instructionClass() {
    return code & 0x07;
  }

  /** The operation of arithmetic and jumps. */
  int operation() {
    return code & 0xf0;
  }

  /** Whether the second operand is X rather than {@code k}. */
  boolean usesX() {
    return (code & 0x08) != 0;
  }

  @Override
  public String toString() {
    return "{ 0x%x, %d, %d, 0x%08x }".formatted(code, jt, jf, k);
  }
}
