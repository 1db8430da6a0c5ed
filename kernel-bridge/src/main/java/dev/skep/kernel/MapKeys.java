package dev.skep.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as map keys and values, in the byte order of x86_64. */
public final class MapKeys {

  private MapKeys() {}

  /** Four bytes. */
  public static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  /** Eight bytes. */
  public static byte[] u64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
