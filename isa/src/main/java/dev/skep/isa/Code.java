package dev.skep.isa;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A program's instruction slots, exactly as they would be submitted.
 *
 * <p>Immutable. Positions ({@code pc}) count 8-byte slots, as in the kernel's log.
 */
public final class Code {

  private final long[] slots;

  private Code(long[] slots) {
    this.slots = slots;
  }

  /** Code of the given slots. */
  public static Code of(RawInstruction... instructions) {
    return new Code(Arrays.stream(instructions).mapToLong(RawInstruction::bits).toArray());
  }

  /** Code of the given slots, each as a little-endian load gives it. The array is copied. */
  public static Code ofSlots(long[] slots) {
    return new Code(slots.clone());
  }

  /**
   * Reads code from bytes.
   *
   * @param order the byte order of the target that the bytes are for
   * @throws IllegalArgumentException if the length is no multiple of eight
   */
  public static Code ofBytes(byte[] bytes, ByteOrder order) {
    if (bytes.length % RawInstruction.BYTES != 0) {
      throw new IllegalArgumentException(
          "a program is a whole number of 8-byte slots, but this has " + bytes.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] slots = new long[bytes.length / RawInstruction.BYTES];
    for (int i = 0; i < slots.length; i++) {
      long slot = in.getLong();
      slots[i] = order == ByteOrder.LITTLE_ENDIAN ? slot : swapFields(slot);
    }
    return new Code(slots);
  }

  /** The bytes of this code for a target of the given byte order. */
  public byte[] toBytes(ByteOrder order) {
    ByteBuffer out =
        ByteBuffer.allocate(slots.length * RawInstruction.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long slot : slots) {
      out.putLong(order == ByteOrder.LITTLE_ENDIAN ? slot : swapFields(slot));
    }
    return out.array();
  }

  /** Number of slots. */
  public int size() {
    return slots.length;
  }

  /** The slot at {@code pc}. */
  public RawInstruction at(int pc) {
    return new RawInstruction(slots[pc]);
  }

  /** The bits of the slot at {@code pc}, without an object around them. */
  public long bitsAt(int pc) {
    return slots[pc];
  }

  /** A copy of all slots. */
  public long[] toSlots() {
    return slots.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Code other && Arrays.equals(slots, other.slots);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots);
  }

  @Override
  public String toString() {
    return "Code[" + slots.length + " slots]";
  }

  /** Turns a slot between the byte orders: swaps both wide fields and the two register nibbles. */
  private static long swapFields(long slot) {
    long opcode = slot & 0xff;
    long registers = slot >> 8 & 0xff;
    registers = registers >> 4 | (registers & 0xf) << 4;
    long offset = Short.reverseBytes((short) (slot >> 16)) & 0xffffL;
    long imm = Integer.reverseBytes((int) (slot >> 32));
    return opcode | registers << 8 | offset << 16 | imm << 32;
  }
}
