package dev.skep.isa;

/**
 * Opcodes and source register values of calls in {@link RawInstruction}s, for code that looks at
 * slots before they are decoded. Names are those of {@code linux/bpf.h}.
 */
public final class Opcode {

  /** {@code BPF_JMP | BPF_CALL}: what is called, {@code src_reg} says. */
  public static final int CALL = 0x85;

  /** {@code BPF_JMP | BPF_EXIT}. */
  public static final int EXIT = 0x95;

  /** In {@code src_reg} of a call: a function of the program. */
  public static final int PSEUDO_CALL = 1;

  /** In {@code src_reg} of a call: a function of the kernel, by its BTF id. */
  public static final int PSEUDO_KFUNC_CALL = 2;

  private Opcode() {}
}
