package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfCPrinter;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfRawPrinter;
import dev.skep.btf.BtfReader;
import dev.skep.object.elf.EmbeddedObjects;
import dev.skep.object.writer.ObjectWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Feeds mutated objects and mutated BTF to the readers. Whatever is not a diagnostic or the
 * documented exception is a failure, and so is an input that takes longer than a second.
 *
 * <p>{@code Fuzz [--time SECONDS] [--count N] [--seed N] FILE…}; a failing input is written to
 * {@code fuzz-SEED.bin}, and its seed alone reproduces it.
 */
public final class Fuzz {

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

  private final List<byte[]> seeds;
  private final ReadOptions options;

  Fuzz(List<byte[]> seeds, Btf kernel) {
    this.seeds = seeds;
    this.options = ReadOptions.defaults().withKernelBtf(kernel);
  }

  /** What became of the inputs. */
  static final class Counts {
    long inputs;
    long read;
    long slowest;
  }

  /** Runs a campaign. */
  public static void main(String[] args) throws IOException {
    long count = Long.MAX_VALUE;
    long seconds = Long.MAX_VALUE / 2_000_000_000L;
    long seed = 1;
    var seeds = new ArrayList<byte[]>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--time" -> seconds = Long.parseLong(args[++i]);
        case "--count" -> count = Long.parseLong(args[++i]);
        case "--seed" -> seed = Long.parseLong(args[++i]);
        default -> seeds.add(Files.readAllBytes(Path.of(args[i])));
      }
    }
    var fuzz = new Fuzz(seeds, ObjectReaderTest.kernelTypes());
    var counts = new Counts();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    int failures = 0;
    while (counts.inputs < count && System.nanoTime() < end) {
      try {
        fuzz.once(seed, counts);
      } catch (AssertionError e) {
        failures++;
        System.out.println(e.getMessage());
        if (e.getCause() != null) {
          e.getCause().printStackTrace(System.out);
        }
        Files.write(Path.of("fuzz-" + seed + ".bin"), fuzz.input(seed));
        if (failures >= 10) {
          break;
        }
      }
      seed++;
      if (counts.inputs % 100_000 == 0) {
        System.out.printf(
            "%d inputs, %d still readable, slowest %d ms, %d MiB%n",
            counts.inputs,
            counts.read,
            counts.slowest / 1_000_000,
            Runtime.getRuntime().totalMemory() >> 20);
      }
    }
    System.out.printf(
        "%d inputs, %d still readable, slowest %d ms, %d MiB, %d failures%n",
        counts.inputs,
        counts.read,
        counts.slowest / 1_000_000,
        Runtime.getRuntime().totalMemory() >> 20,
        failures);
    if (failures > 0) {
      System.exit(1);
    }
  }

  /** The mutated input of a seed. */
  byte[] input(long seed) {
    var random = new Random(seed);
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      bytes = mutate(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    if (bytes.length < 64) {
      return bytes;
    }
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(12)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      case 2 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 3 -> {
        int length = 1 + random.nextInt(64);
        int from = random.nextInt(bytes.length - Math.min(length, bytes.length - 1));
        int to = random.nextInt(bytes.length - Math.min(length, bytes.length - 1));
        System.arraycopy(
            bytes, from, bytes, to, Math.min(length, bytes.length - Math.max(from, to)));
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
    long table = out.getLong(40);
    int count = out.getShort(60) & 0xffff;
    if (count == 0 || table < 0 || table > out.capacity() - 64L * count) {
      return;
    }
    int at = (int) table + 64 * random.nextInt(count);
    int[] fields = {0, 4, 8, 24, 32, 40, 44, 56};
    int field = fields[random.nextInt(fields.length)];
    long value =
        random.nextBoolean()
            ? number(random)
            : out.getInt((int) table + 64 * random.nextInt(count) + field);
    if (field == 8 || field == 24 || field == 32 || field == 56) {
      out.putLong(at + field, value);
    } else {
      out.putInt(at + field, (int) value);
    }
  }

  /** Tries the input of a seed. */
  void once(long seed, Counts counts) {
    byte[] bytes = input(seed);
    long start = System.nanoTime();
    try {
      if (BtfReader.isBtf(bytes)) {
        types(bytes, counts);
      } else {
        object(bytes, counts);
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
    long took = System.nanoTime() - start;
    counts.inputs++;
    counts.slowest = Math.max(counts.slowest, took);
    if (took > 1_000_000_000L) {
      throw new AssertionError("seed " + seed + ": took " + took / 1_000_000 + " ms");
    }
  }

  private void object(byte[] bytes, Counts counts) {
    EmbeddedObjects.find(bytes);
    if (ObjectReader.read(bytes, "fuzz.o", options) instanceof ReadResult.Read read) {
      counts.read++;
      if (counts.read % 16 == 0) {
        try {
          ObjectWriter.write(read.object());
        } catch (IllegalArgumentException | BtfFormatException e) {
          requireMessage(e);
        }
      }
    }
  }

  private static void types(byte[] bytes, Counts counts) {
    try {
      Btf btf = BtfReader.read(bytes);
      counts.read++;
      BtfRawPrinter.print(btf);
      for (int id = 0; id < btf.typeCount(); id++) {
        question(btf, id);
      }
      BtfCPrinter.print(btf);
    } catch (BtfFormatException e) {
      requireMessage(e);
    }
  }

  private static void question(Btf btf, int id) {
    try {
      btf.sizeOf(id);
      btf.alignOf(id);
      btf.typeTags(id);
      btf.findMember(id, "no such member");
      btf.memberAt(id, 4);
    } catch (BtfFormatException e) {
      requireMessage(e);
    }
  }

  private static void requireMessage(RuntimeException e) {
    if (e.getMessage() == null || e.getMessage().isEmpty()) {
      throw new AssertionError("no message", e);
    }
  }
}
