package dev.skep.runtime.map;

import dev.skep.runtime.memory.LittleEndian;

/**
 * Bob Jenkins' {@code lookup3} hash as Linux uses it: what a map that was made with {@code
 * BPF_F_ZERO_SEED} hashes with, so that its order of keys and its false positives are the kernel's.
 */
final class JHash {

  private static final int INITIAL = 0xdead_beef;

  private JHash() {}

  /**
   * The hash that maps take of {@code size} bytes: {@code jhash}. For whole words the kernel takes
   * {@code jhash2}, which is the same in little endian.
   */
  static int hash(byte[] data, int at, int size, int seed) {
    int a = INITIAL + size + seed;
    int b = a;
    int c = a;
    int i = at;
    int left = size;
    for (; left > 12; left -= 12, i += 12) {
      a += word(data, i);
      b += word(data, i + 4);
      c += word(data, i + 8);
      a = (a - c) ^ Integer.rotateLeft(c, 4);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 6);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 8);
      b += a;
      a = (a - c) ^ Integer.rotateLeft(c, 16);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 19);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    if (left == 0) {
      return c;
    }
    a += rest(data, i, left);
    b += rest(data, i + 4, left - 4);
    c += rest(data, i + 8, left - 8);
    return last(a, b, c);
  }

  private static int last(int x, int y, int z) {
    int a = x;
    int b = y;
    int c = z;
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }

  private static int word(byte[] data, int at) {
    return (int) LittleEndian.INT.get(data, at);
  }

  /** Up to four bytes, little endian. */
  private static int rest(byte[] data, int at, int count) {
    int value = 0;
    for (int i = 0; i < Math.min(count, 4); i++) {
      value |= (data[at + i] & 0xff) << 8 * i;
    }
    return value;
  }
}
