package dev.skep.cli;

import dev.skep.catalog.MapType;
import dev.skep.kernel.Kernel;
import dev.skep.object.MapSpec;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Maps on a machine against the kernel's: the same sequences of operations through bpf(2), with the
 * same errors, values and order of keys.
 */
@AddLifecycleHook(NeedsKernel.class)
class MapsAgainstKernelTest {

  private static final int NO_PREALLOC = 1;
  private static final int ZERO_SEED = 1 << 6;

  /** What to do; {@code key} is spread over the key's bytes, {@code seed} over the value's. */
  record Operation(Kind kind, int key, int seed, long flags) {
    enum Kind {
      LOOKUP,
      UPDATE,
      DELETE,
      TAKE,
      NEXT
    }
  }

  static MapSpec spec(MapType type, int key, int value, int entries, int flags) {
    return MapSpec.of("skep_pair", type, key, value, entries).withFlags(flags);
  }

  @Provide
  Arbitrary<MapSpec> maps() {
    Arbitrary<Integer> keySizes = Arbitraries.of(1, 3, 4, 6, 8, 12, 13, 16, 20, 25, 40);
    Arbitrary<Integer> valueSizes = Arbitraries.of(1, 4, 7, 8, 20);
    Arbitrary<MapSpec> hashes =
        Combinators.combine(
                keySizes,
                valueSizes,
                Arbitraries.of(1, 5, 8, 30),
                Arbitraries.of(MapType.HASH, MapType.PERCPU_HASH),
                Arbitraries.of(0, NO_PREALLOC))
            .as((k, v, n, t, f) -> spec(t, k, v, n, f | ZERO_SEED));
    // An LRU map that never fills up is a hash; which element a full one gives up depends on lists
    // per CPU.
    Arbitrary<MapSpec> lru =
        Combinators.combine(
                keySizes, valueSizes, Arbitraries.of(MapType.LRU_HASH, MapType.LRU_PERCPU_HASH))
            .as((k, v, t) -> spec(t, k, v, 4096, ZERO_SEED));
    Arbitrary<MapSpec> arrays =
        Combinators.combine(
                valueSizes,
                Arbitraries.of(1, 7, 8),
                Arbitraries.of(MapType.ARRAY, MapType.PERCPU_ARRAY))
            .as((v, n, t) -> spec(t, 4, v, n, 0));
    Arbitrary<MapSpec> tries =
        Combinators.combine(Arbitraries.of(5, 6, 8, 20), valueSizes, Arbitraries.of(1, 5, 20))
            .as((k, v, n) -> spec(MapType.LPM_TRIE, k, v, n, NO_PREALLOC));
    Arbitrary<MapSpec> queues =
        Combinators.combine(
                valueSizes, Arbitraries.of(1, 3, 20), Arbitraries.of(MapType.QUEUE, MapType.STACK))
            .as((v, n, t) -> spec(t, 0, v, n, 0));
    return Arbitraries.oneOf(hashes, lru, arrays, tries, queues);
  }

  @Provide
  Arbitrary<List<Operation>> operations() {
    Arbitrary<Operation> one =
        Combinators.combine(
                Arbitraries.frequencyOf(
                    net.jqwik.api.Tuple.of(4, Arbitraries.of(Operation.Kind.UPDATE)),
                    net.jqwik.api.Tuple.of(4, Arbitraries.of(Operation.Kind.class))),
                Arbitraries.integers().between(0, 40),
                Arbitraries.integers(),
                Arbitraries.frequency(
                    net.jqwik.api.Tuple.of(6, 0L),
                    net.jqwik.api.Tuple.of(2, 1L),
                    net.jqwik.api.Tuple.of(2, 2L),
                    net.jqwik.api.Tuple.of(1, 3L),
                    net.jqwik.api.Tuple.of(1, 4L),
                    net.jqwik.api.Tuple.of(1, 1L << 40)))
            .as(Operation::new);
    return one.list().ofMinSize(1).ofMaxSize(120);
  }

  @Property(tries = 400, maxDiscardRatio = 1)
  void sameSequenceSameAnswers(
      @ForAll("maps") MapSpec spec, @ForAll("operations") List<Operation> operations) {
    try (Kernel kernel = Kernel.open();
        MapPair pair = new MapPair(kernel, spec)) {
      for (Operation operation : operations) {
        byte[] key = key(spec, operation.key());
        switch (operation.kind()) {
          case LOOKUP -> pair.lookup(key, operation.flags() & 4);
          case UPDATE -> {
            byte[] value = new byte[pair.ours().elementBytes()];
            int stride =
                pair.ours().elementBytes() == spec.valueSize() ? 0 : (spec.valueSize() + 7) / 8 * 8;
            for (int i = 0; i < value.length; i++) {
              boolean padding = stride != 0 && i % stride >= spec.valueSize();
              value[i] = padding ? 0 : (byte) (operation.seed() * 31 + i * 7);
            }
            pair.update(key, value, operation.flags());
          }
          case DELETE -> pair.delete(key);
          case TAKE -> pair.take(key);
          case NEXT -> pair.next(operation.flags() == 1 ? null : key);
        }
      }
    }
  }

  /** Few keys, so that they meet; for tries, prefixes that contain one another. */
  private static byte[] key(MapSpec spec, int number) {
    byte[] key = new byte[spec.keySize()];
    if (spec.type() == MapType.LPM_TRIE) {
      int bits = (spec.keySize() - 4) * 8;
      Arrays.fill(key, 4, key.length, (byte) (number % 3 == 0 ? 0x5a : 0x58));
      key[4 + number % (spec.keySize() - 4)] ^= (byte) (1 << number % 5);
      key[0] = (byte) (number == 40 ? bits + 1 : number * 7 % (bits + 1));
    } else if (spec.keySize() == 4) {
      key[0] = (byte) (number % 10);
    } else if (key.length > 0) {
      key[number % key.length] = (byte) number;
    }
    return key;
  }

  /** With {@code BPF_F_ZERO_SEED} a filter's false yeses are the kernel's too. */
  @Property(tries = 60)
  void bloomFiltersAnswerAlike(
      @ForAll("blooms") MapSpec spec,
      @ForAll List<@net.jqwik.api.constraints.ByteRange(min = 0, max = 50) Byte> values) {
    try (Kernel kernel = Kernel.open();
        MapPair pair = new MapPair(kernel, spec)) {
      for (byte number : values) {
        pair.update(new byte[0], bloomValue(spec, number), number == 50 ? 1 : 0);
      }
      for (int number = 0; number < 100; number++) {
        pair.lookup(bloomValue(spec, number), 0);
      }
      pair.take(new byte[0]);
    }
  }

  @Provide
  Arbitrary<MapSpec> blooms() {
    return Combinators.combine(
            Arbitraries.of(1, 3, 4, 8, 12, 13, 24, 27),
            Arbitraries.of(1, 10, 40, 100),
            Arbitraries.of(0L, 1L, 3L, 15L))
        .as(
            (size, entries, hashes) ->
                MapSpec.of("skep_bloom", MapType.BLOOM_FILTER, 0, size, entries).toBuilder()
                    .flags(ZERO_SEED)
                    .extra(hashes)
                    .build());
  }

  private static byte[] bloomValue(MapSpec spec, int number) {
    byte[] value = new byte[spec.valueSize()];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (number * (i + 1));
    }
    return value;
  }
}
