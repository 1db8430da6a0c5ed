package dev.skep.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** The programs of {@code engines.bpf.c} as a Java programmer would write them: the limit. */
final class PlainJava {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] packet;
  private final byte[][] table;
  private final long[] numbers;
  private final Map<Integer, Long> names = new HashMap<>();

  PlainJava(byte[] packet, byte[] table, long[] numbers) {
    this.packet = packet.clone();
    this.table = new byte[8][16];
    for (int i = 0; i < 128; i++) {
      this.table[i >> 4][i & 15] = table[i];
    }
    this.numbers = numbers;
    for (int i = 0; i < 48; i++) {
      names.put(i, numbers[i]);
    }
  }

  /** Runs the program of a name. */
  int run(String name) {
    return switch (name) {
      case "tiny" -> 2;
      case "alu64" -> alu64(packet.length);
      case "alu32" -> alu32(packet.length);
      case "sort" -> sort();
      case "copy" -> copy();
      case "parse" -> parse();
      case "map" -> map();
      case "calls" -> calls();
      case "class" -> classify();
      case "state" -> state();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static int alu64(long start) {
    long x = start;
    for (int i = 0; i < 1000; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      x *= 0x9e3779b97f4a7c15L;
    }
    return (int) (x >>> 32);
  }

  private static int alu32(int start) {
    int h = start;
    int sum = 0;
    for (int i = 0; i < 1000; i++) {
      h ^= i;
      h *= 0xcc9e2d51;
      h = Integer.rotateLeft(h, 15);
      h *= 0x1b873593;
      h ^= h >>> 16;
      sum += (int) ((h & 0xffff_ffffL) % 61);
    }
    return sum;
  }

  private int sort() {
    int[] a = new int[32];
    for (int i = 0; i < 32; i++) {
      a[i] = (int) INT.get(packet, 4 * i);
    }
    for (int i = 1; i < 32; i++) {
      int x = a[i];
      int j = i;
      while (j > 0 && Integer.compareUnsigned(a[j - 1], x) > 0) {
        a[j] = a[j - 1];
        j--;
      }
      a[j] = x;
    }
    return a[0] + 3 * a[15] + 7 * a[31];
  }

  private int copy() {
    long[] buffer = new long[32];
    for (int turn = 0; turn < 2; turn++) {
      for (int i = 0; i < 32; i++) {
        buffer[i] = (long) LONG.get(packet, turn * 256 + 8 * i);
      }
      for (int i = 0; i < 32; i++) {
        LONG.set(packet, 512 + turn * 256 + 8 * i, buffer[i]);
      }
    }
    return (int) buffer[31];
  }

  private int parse() {
    if ((short) SHORT.get(packet, 12) != 8 || packet[14] != 0x45 || packet[23] != 6) {
      return 1;
    }
    long sum = 0;
    for (int i = 0; i < 370; i++) {
      sum += (int) INT.get(packet, 14 + 4 * i) & 0xffff_ffffL;
    }
    sum = (sum & 0xffff_ffffL) + (sum >>> 32);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    return (int)
        (sum
            + ((short) SHORT.get(packet, 34) & 0xffff)
            + ((short) SHORT.get(packet, 36) & 0xffff)
            + (int) INT.get(packet, 26));
  }

  private int map() {
    long sum = 0;
    for (int i = 0; i < 16; i++) {
      sum += numbers[i * 3];
      Long value = names.get(i * 3);
      if (value != null) {
        sum += value;
      }
    }
    return (int) sum;
  }

  private static int leaf(int a, int b) {
    return (a ^ b) * 31 + (a >> 3);
  }

  private static int inner(int a, int b) {
    return leaf(a, b + 1) + leaf(b, a);
  }

  private static int outer(int a, int b) {
    return inner(a, b) ^ inner(b, a + 5);
  }

  private int calls() {
    int x = packet.length;
    for (int i = 0; i < 50; i++) {
      x += outer(x, i);
    }
    return x;
  }

  private int classify() {
    int sum = 0;
    for (int i = 0; i < 4; i++) {
      sum = sum * 51 + rule((int) INT.get(packet, 26 + 4 * i));
    }
    return sum;
  }

  private static int rule(int key) {
    long k = key & 0xffff_ffffL;
    for (int n = 0; n < 50; n++) {
      if (k < (n + 1) * 83_886_080L && (k & 0xff) != n) {
        return n;
      }
    }
    return 50;
  }

  private int state() {
    int s = 0;
    int sum = 0;
    for (int i = 0; i < 1024; i++) {
      s = table[s & 7][packet[i] & 15];
      sum += s;
    }
    return sum;
  }
}
