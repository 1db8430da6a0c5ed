package dev.skep.agreement.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damaged copies of files. A number tells everything about a copy: which file, and what was done to
 * it.
 *
 * <p>Damage is what trips readers of ELF and BTF: bits and bytes, words at their boundaries set to
 * the ends of ranges, fields of section headers taken from other sections, pieces copied over
 * others, the end cut off.
 */
public final class DamagedCopies {

  private static final int MIN_SIZE = 64;

  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    24,
    31,
    32,
    64,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
  };

  // Of a 64-bit ELF header and section header: offset of the table, number of sections, fields.
  private static final int E_SHOFF = 40;
  private static final int E_SHNUM = 60;
  private static final int SECTION_HEADER = 64;
  private static final int[] FIELDS = {0, 4, 8, 24, 32, 40, 44, 56};

  private final List<byte[]> files;

  /** Damages copies of these; there must be one. */
  public DamagedCopies(List<byte[]> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("nothing to damage");
    }
    this.files = List.copyOf(files);
  }

  /** The copy of a number. */
  public byte[] input(long number) {
    var random = new Random(number);
    byte[] bytes = files.get(random.nextInt(files.size())).clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length >= MIN_SIZE; i++) {
      bytes = change(bytes, random);
    }
    return bytes;
  }

  private static byte[] change(byte[] bytes, Random random) {
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(12)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      case 2 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 3 -> {
        int length = Math.min(1 + random.nextInt(64), bytes.length - 1);
        int from = random.nextInt(bytes.length - length);
        int to = random.nextInt(bytes.length - length);
        System.arraycopy(bytes, from, bytes, to, length);
      }
      case 4, 5 -> out.putLong(random.nextInt(bytes.length / 8) * 8, number(random));
      case 6, 7, 8 -> out.putInt(random.nextInt(bytes.length / 4) * 4, (int) number(random));
      case 9 -> {
        int at = random.nextInt(bytes.length / 4) * 4;
        out.putInt(at, out.getInt(at) + random.nextInt(9) - 4);
      }
      default -> header(out, random);
    }
    return bytes;
  }

  private static long number(Random random) {
    return random.nextInt(4) == 0 ? random.nextInt(200) : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  /** Changes a field of a section header, if there are any. */
  private static void header(ByteBuffer out, Random random) {
    long table = out.getLong(E_SHOFF);
    int count = out.getShort(E_SHNUM) & 0xffff;
    if (count == 0 || table < 0 || table > out.capacity() - (long) SECTION_HEADER * count) {
      return;
    }
    int at = (int) table + SECTION_HEADER * random.nextInt(count);
    int field = FIELDS[random.nextInt(FIELDS.length)];
    long value =
        random.nextBoolean()
            ? number(random)
            : out.getInt((int) table + SECTION_HEADER * random.nextInt(count) + field);
    if (field == 8 || field == 24 || field == 32 || field == 56) {
      out.putLong(at + field, value);
    } else {
      out.putInt(at + field, (int) value);
    }
  }
}
