package dev.skep.verifier.domain;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A range together with some of its members. It is made from the members, so it is consistent, and
 * sometimes widened in single descriptions, so that they have something to tell each other.
 *
 * @param range what is known
 * @param members numbers that satisfy it
 */
record Sample(ScalarRange range, List<Long> members) {

  private static final long[] EDGES = {
    0,
    1,
    -1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    -(1L << 32),
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0xffff,
    0x100
  };

  static Sample random(Random random) {
    long[] members = new long[1 + random.nextInt(5)];
    long base = number(random);
    long spread = -1L >>> random.nextInt(64);
    for (int i = 0; i < members.length; i++) {
      members[i] =
          switch (random.nextInt(4)) {
            case 0 -> number(random);
            case 1 -> base ^ (random.nextLong() & spread);
            default -> base + (random.nextLong() & spread) - (spread >>> 1);
          };
    }
    return new Sample(around(members, random), Arrays.stream(members).boxed().toList());
  }

  /** The number that this sample certainly is, in a sample of its own. */
  static Sample constant(Random random) {
    long number = number(random);
    return new Sample(ScalarRange.constant(number), List.of(number));
  }

  private static long number(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> EDGES[random.nextInt(EDGES.length)];
      case 1 -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(17) - 8;
      case 2 -> random.nextInt(300) - 40;
      case 3 -> random.nextLong() >>> random.nextInt(64);
      default -> random.nextLong();
    };
  }

  private static ScalarRange around(long[] members, Random random) {
    MutableRange r = new MutableRange(ScalarRange.constant(members[0]));
    for (long member : members) {
      int low = (int) member;
      r.tnum(r.tnum().union(Tnum.constant(member)));
      r.smin = Math.min(r.smin, member);
      r.smax = Math.max(r.smax, member);
      r.umin = MutableRange.unsignedMin(r.umin, member);
      r.umax = MutableRange.unsignedMax(r.umax, member);
      r.s32min = Math.min(r.s32min, low);
      r.s32max = Math.max(r.s32max, low);
      r.u32min = MutableRange.unsignedMin(r.u32min, low);
      r.u32max = MutableRange.unsignedMax(r.u32max, low);
    }
    if (random.nextInt(3) == 0) {
      r.tnum(Tnum.UNKNOWN);
    }
    if (random.nextInt(4) == 0) {
      r.smin = Long.MIN_VALUE;
      r.smax = Long.MAX_VALUE;
    }
    if (random.nextInt(4) == 0) {
      r.umin = 0;
      r.umax = -1;
    }
    if (random.nextInt(3) == 0) {
      r.unbounded32();
    }
    ScalarRange range = r.freeze();
    return random.nextBoolean() ? range : range.sync();
  }
}
