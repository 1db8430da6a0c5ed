package dev.skep.verifier.state;

/**
 * Eight bytes of a frame's stack: {@code struct bpf_stack_state}.
 *
 * @param types what each byte holds, one of the constants per byte; index 7 is the lowest address,
 *     as in the kernel
 * @param spilled the register behind {@link #SPILL}, {@link #DYNPTR}, {@link #ITERATOR} and {@link
 *     #IRQ_FLAG} bytes, otherwise {@link Reg#NOT_INIT}
 */
public record StackSlot(long types, Reg spilled) {

  /** Bytes in a slot. */
  public static final int BYTES = 8;

  /** Never written. */
  public static final int INVALID = 0;

  /** Part of a spilled register. */
  public static final int SPILL = 1;

  /** Written with something that is not tracked. */
  public static final int MISC = 2;

  /** Zero. */
  public static final int ZERO = 3;

  public static final int DYNPTR = 4;

  public static final int ITERATOR = 5;

  public static final int IRQ_FLAG = 6;

  /** Never written. */
  public static final StackSlot EMPTY = new StackSlot(0, Reg.NOT_INIT);

  private static final String CHARS = "?rm0dif";
  private static final long EACH = 0x0101_0101_0101_0101L;

  /**
   * Whether a byte of this type belongs to an object that only the kernel's functions may touch.
   */
  public static boolean isObject(int type) {
    return type == DYNPTR || type == ITERATOR || type == IRQ_FLAG;
  }

  /** A slot whose eight bytes are all of one type. */
  public static StackSlot filled(int type, Reg spilled) {
    return new StackSlot(EACH * type, spilled);
  }

  /** The type of one byte. */
  public int type(int index) {
    return (int) (types >>> (index * 8)) & 0xff;
  }

  /** The type at index 7, which says what the slot is as a whole. */
  public int type() {
    return type(BYTES - 1);
  }

  public StackSlot withType(int index, int type) {
    int shift = index * 8;
    return new StackSlot(types & ~(0xffL << shift) | (long) type << shift, spilled);
  }

  public StackSlot withSpilled(Reg reg) {
    return reg == spilled ? this : new StackSlot(types, reg);
  }

  /** {@code is_spilled_reg}. */
  public boolean isSpilled() {
    return type() == SPILL;
  }

  /** {@code is_spilled_scalar_reg}. */
  public boolean isSpilledScalar() {
    return isSpilled() && spilled.isScalar();
  }

  /** {@code is_spilled_scalar_reg64}: all eight bytes belong to a scalar. */
  public boolean isSpilledScalar64() {
    return type(0) == SPILL && spilled.isScalar();
  }

  /** Whether every byte has the type. */
  public boolean isAll(int type) {
    return types == EACH * type;
  }

  public boolean isEmpty() {
    return types == 0;
  }

  /**
   * Whether the slot is used as a unit that plain writes may not touch: {@code
   * is_stack_slot_special}.
   */
  public boolean isSpecial() {
    int type = type();
    return type == SPILL || type == DYNPTR || type == ITERATOR || type == IRQ_FLAG;
  }

  /** The character that the log prints for a byte's type. */
  public static char charOf(int type) {
    return CHARS.charAt(type);
  }
}
