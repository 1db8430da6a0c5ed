package dev.skep.object;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that do not change: contents of global data, raw sections. */
public final class Bytes {

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of the array. */
  public static Bytes of(byte... content) {
    return new Bytes(content.clone());
  }

  /** Number of bytes. */
  public int size() {
    return content.length;
  }

  /** The byte at an index. */
  public byte at(int index) {
    return content[index];
  }

  /**
   * An unsigned little-endian number of 1 to 8 bytes.
   *
   * @throws IndexOutOfBoundsException if it reaches past the end
   */
  public long littleEndian(int index, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (content[index + i] & 0xff);
    }
    return value;
  }

  /** A copy. */
  public byte[] toArray() {
    return content.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Bytes other && Arrays.equals(content, other.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(content);
  }
}
