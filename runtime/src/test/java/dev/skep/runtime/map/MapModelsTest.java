package dev.skep.runtime.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each kind of map beside a plain Java model of what the kernel does, without a machine. */
class MapModelsTest {

  private static final int CPUS = 3;

  private static MapSpec spec(MapType type, int key, int value, int entries) {
    int flags = type == MapType.LPM_TRIE ? MapFlag.NO_PREALLOC.bit() : 0;
    return MapSpec.of("m", type, key, value, entries).toBuilder().flags(flags).build();
  }

  private static byte[] u32(int number) {
    byte[] bytes = new byte[4];
    LittleEndian.INT.set(bytes, 0, number);
    return bytes;
  }

  private static byte[] random(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** htab_map_update_elem and its relatives as programs call them. */
  @Property(tries = 200)
  void hashAsProgramsSeeIt(@ForAll long seed) {
    Random random = new Random(seed);
    LoneHost host = new LoneHost();
    BpfMap map = Maps.create(host, spec(MapType.HASH, 4, 8, 6));
    Map<Integer, byte[]> model = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      int number = random.nextInt(10);
      byte[] key = u32(number);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long flags = random.nextInt(3);
          byte[] value = random(random, 8);
          long expected =
              flags == BpfMap.NOEXIST && model.containsKey(number)
                  ? Errno.EEXIST.negated()
                  : flags == BpfMap.EXIST && !model.containsKey(number)
                      ? Errno.ENOENT.negated()
                      : !model.containsKey(number) && model.size() == 6 ? Errno.E2BIG.negated() : 0;
          assertEquals(expected, map.update(0, key, 0, value, 0, flags));
          if (expected == 0) {
            model.put(number, value);
          }
        }
        case 2 ->
            assertEquals(
                model.remove(number) == null ? Errno.ENOENT.negated() : 0, map.delete(0, key, 0));
        default -> {
          long address = map.lookup(0, key, 0);
          byte @Nullable [] value = model.get(number);
          assertEquals(value == null, address == 0);
          if (value != null) {
            assertArrayEquals(value, host.at(address, 8));
            assertArrayEquals(key, map.keyOf(address));
          }
        }
      }
    }
    var keys = new TreeSet<Integer>();
    map.keys().forEach(k -> keys.add((int) LittleEndian.INT.get(k, 0)));
    assertEquals(model.keySet(), keys);
  }

  /**
   * htab_lru_map_update_elem: a full map takes every key and gives up the first element under the
   * hand that was not looked at since the hand was there.
   */
  @Property(tries = 200)
  void lruIsAClock(@ForAll long seed) {
    Random random = new Random(seed);
    int entries = 2 + random.nextInt(6);
    LoneHost host = new LoneHost();
    BpfMap map = Maps.create(host, spec(MapType.LRU_HASH, 4, 4, entries));
    List<Integer> places = new ArrayList<>();
    boolean[] looked = new boolean[entries];
    int[] written = new int[entries * 3];
    int hand = 0;
    for (int i = 0; i < 300; i++) {
      int number = random.nextInt(entries * 3);
      byte[] key = u32(number);
      int place = places.indexOf(number);
      if (random.nextBoolean()) {
        long address = map.lookup(0, key, 0);
        assertEquals(place < 0, address == 0);
        if (place >= 0) {
          assertEquals(written[number], (int) LittleEndian.INT.get(host.at(address, 4), 0));
          looked[place] = true;
        }
        continue;
      }
      assertEquals(0, map.update(0, key, 0, u32(i), 0, BpfMap.ANY));
      written[number] = i;
      if (place >= 0) {
        looked[place] = true;
      } else if (places.size() < entries) {
        places.add(number);
      } else {
        while (looked[hand]) {
          looked[hand] = false;
          hand = (hand + 1) % entries;
        }
        places.set(hand, number);
        hand = (hand + 1) % entries;
      }
      var keys = new TreeSet<Integer>();
      map.keys().forEach(k -> keys.add((int) LittleEndian.INT.get(k, 0)));
      assertEquals(new TreeSet<>(places), keys);
    }
  }

  /** trie_lookup_elem: the longest of the prefixes that match, by looking at each. */
  @Property(tries = 200)
  void trieIsTheLongestPrefix(@ForAll long seed) {
    Random random = new Random(seed);
    LoneHost host = new LoneHost();
    BpfMap map = Maps.create(host, spec(MapType.LPM_TRIE, 6, 4, 12));
    Map<String, Integer> model = new TreeMap<>(); // a prefix as a row of bits
    for (int i = 0; i < 200; i++) {
      // Few different bytes, so that prefixes share much.
      int data = random.nextInt(4) << 14 | random.nextInt(4);
      int length = random.nextInt(18); // 17 is one bit too many
      byte[] key = new byte[6];
      LittleEndian.INT.set(key, 0, length);
      key[4] = (byte) (data >> 8);
      key[5] = (byte) data;
      String bits = String.format("%16s", Integer.toBinaryString(data)).replace(' ', '0');
      boolean tooLong = length > 16;
      String prefix = bits.substring(0, Math.min(length, 16));
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long flags = random.nextInt(3);
          long expected =
              tooLong
                  ? Errno.EINVAL.negated()
                  : flags == BpfMap.NOEXIST && model.containsKey(prefix)
                      ? Errno.EEXIST.negated()
                      : flags == BpfMap.EXIST && !model.containsKey(prefix)
                          ? Errno.ENOENT.negated()
                          : !model.containsKey(prefix) && model.size() == 12
                              ? Errno.ENOSPC.negated()
                              : 0;
          assertEquals(expected, map.update(0, key, 0, u32(i), 0, flags));
          if (expected == 0) {
            model.put(prefix, i);
          }
        }
        case 2 -> {
          long expected =
              tooLong
                  ? Errno.EINVAL.negated()
                  : model.remove(prefix) == null ? Errno.ENOENT.negated() : 0;
          assertEquals(expected, map.delete(0, key, 0));
        }
        default -> {
          String best = null;
          for (String one : model.keySet()) {
            if (prefix.startsWith(one) && (best == null || one.length() > best.length())) {
              best = one;
            }
          }
          long address = map.lookup(0, key, 0);
          assertEquals(tooLong || best == null, address == 0);
          if (!tooLong && best != null) {
            assertEquals(model.get(best), (int) LittleEndian.INT.get(host.at(address, 4), 0));
          }
        }
      }
    }
    assertEquals(model.size(), map.keys().size());
  }

  /** queue_stack_map_push_elem and its relatives: a deque of values. */
  @Property(tries = 200)
  void queueAndStackAreDeques(@ForAll long seed) {
    Random random = new Random(seed);
    boolean stack = random.nextBoolean();
    int entries = 1 + random.nextInt(40);
    BpfMap map = LoneHost.map(spec(stack ? MapType.STACK : MapType.QUEUE, 0, 4, entries));
    var model = new ArrayDeque<Integer>();
    for (int i = 0; i < 300; i++) {
      byte[] value = new byte[4];
      switch (random.nextInt(5)) {
        case 0, 1, 2 -> {
          boolean replace = random.nextInt(4) == 0;
          boolean full = model.size() == entries;
          assertEquals(
              full && !replace ? Errno.E2BIG.negated() : 0,
              map.push(u32(i), 0, replace ? BpfMap.EXIST : BpfMap.ANY));
          if (full && replace) {
            model.removeFirst(); // BPF_EXIST: the oldest makes room
          }
          if (!full || replace) {
            model.addLast(i);
          }
        }
        case 3 -> {
          Integer expected = stack ? model.pollLast() : model.pollFirst();
          assertEquals(expected == null ? Errno.ENOENT.negated() : 0, map.pop(value, 0));
          assertEquals(expected == null ? 0 : expected, (int) LittleEndian.INT.get(value, 0));
        }
        default -> {
          Integer expected = stack ? model.peekLast() : model.peekFirst();
          assertEquals(expected == null ? Errno.ENOENT.negated() : 0, map.peek(value, 0));
          assertEquals(expected == null ? 0 : expected, (int) LittleEndian.INT.get(value, 0));
        }
      }
    }
  }

  private static final class Sample {
    private final long address;
    private final byte[] content;
    private boolean done;
    private boolean discarded;

    Sample(long address, byte[] content) {
      this.address = address;
      this.content = content;
    }

    long bytes() {
      return (content.length + 8L + 7) & -8;
    }
  }

  /** bpf_ringbuf_reserve, submit, discard: in order of reservation, up to the first open one. */
  @Property(tries = 200)
  void ringBufferIsAQueueOfReservations(@ForAll long seed) {
    Random random = new Random(seed);
    LoneHost host = new LoneHost();
    var ring = (RingBuffer) Maps.create(host, spec(MapType.RINGBUF, 0, 0, 4096));
    var model = new ArrayDeque<Sample>();
    long produced = 0;
    for (int i = 0; i < 200; i++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          byte[] content = random(random, random.nextInt(700));
          long used = model.stream().mapToLong(Sample::bytes).sum();
          long address = ring.reserve(content.length, 0);
          var sample = new Sample(address, content);
          assertEquals(used + sample.bytes() > 4095, address == 0);
          if (address != 0) {
            var region = host.memory().find(address);
            assertTrue(region != null);
            int at = (int) address - region.base();
            System.arraycopy(content, 0, region.bytes(), at, content.length);
            model.addLast(sample);
            produced += sample.bytes();
          }
        }
        case 2 -> {
          List<Sample> open = model.stream().filter(s -> !s.done).toList();
          if (!open.isEmpty()) {
            Sample one = open.get(random.nextInt(open.size()));
            one.discarded = random.nextBoolean();
            one.done = true;
            assertTrue(ring.commit(one.address, one.discarded));
            assertTrue(!ring.commit(one.address, false), "submitted twice");
          }
        }
        default -> {
          List<byte[]> expected = new ArrayList<>();
          while (!model.isEmpty() && model.getFirst().done) {
            Sample first = model.removeFirst();
            if (!first.discarded) {
              expected.add(first.content);
            }
          }
          List<byte[]> drained = ring.drain();
          assertEquals(expected.size(), drained.size());
          for (int n = 0; n < expected.size(); n++) {
            assertArrayEquals(expected.get(n), drained.get(n));
          }
        }
      }
      long used = model.stream().mapToLong(Sample::bytes).sum();
      assertEquals(used, ring.query(0));
      assertEquals(produced, ring.query(3));
    }
  }

  /** The per-CPU hash and array: each processor writes its own, user space reads all. */
  @Property(tries = 200)
  void eachProcessorHasItsValue(@ForAll long seed) {
    Random random = new Random(seed);
    boolean array = random.nextBoolean();
    LoneHost host = new LoneHost(CPUS, 1 << 24);
    int size = 1 + random.nextInt(12);
    int stride = (size + 7) & -8;
    BpfMap map =
        Maps.create(host, spec(array ? MapType.PERCPU_ARRAY : MapType.PERCPU_HASH, 4, size, 5));
    Map<Integer, byte[][]> model = new TreeMap<>();
    for (int i = 0; array && i < 5; i++) {
      model.put(i, new byte[CPUS][size]);
    }
    for (int i = 0; i < 150; i++) {
      int number = random.nextInt(5);
      byte[] key = u32(number);
      int cpu = random.nextInt(CPUS);
      byte @Nullable [][] there = model.get(number);
      switch (random.nextInt(4)) {
        case 0 -> {
          byte[] value = random(random, size);
          assertEquals(0, map.update(cpu, key, 0, value, 0, BpfMap.ANY));
          model.computeIfAbsent(number, _ -> new byte[CPUS][size])[cpu] = value;
        }
        case 1 -> {
          long address = random.nextBoolean() ? map.lookup(cpu, key, 0) : map.lookupOn(cpu, key, 0);
          assertEquals(there == null, address == 0);
          if (there != null) {
            assertArrayEquals(there[cpu], host.at(address, size));
          }
          assertEquals(0, map.lookupOn(CPUS, key, 0));
        }
        case 2 -> {
          byte[] all = new byte[CPUS * stride];
          byte[][] parts = new byte[CPUS][];
          for (int n = 0; n < CPUS; n++) {
            parts[n] = random(random, size);
            System.arraycopy(parts[n], 0, all, n * stride, size);
          }
          assertEquals(0, map.put(key, all, BpfMap.ANY));
          model.put(number, parts);
        }
        default -> {
          byte[] all = map.get(key);
          assertEquals(there == null, all == null);
          if (there != null && all != null) {
            assertEquals(CPUS * stride, all.length);
            for (int n = 0; n < CPUS; n++) {
              assertArrayEquals(there[n], Arrays.copyOfRange(all, n * stride, n * stride + size));
            }
          }
        }
      }
    }
  }

  /** A timer goes with the value that it is in, wherever that has been. */
  @Test
  void timersGoWithTheirValue() {
    var types = new BtfBuilder();
    int u64 = types.add(BtfType.Int.unsigned("u64", 8));
    int timer =
        types.add(
            new BtfType.Struct(
                "bpf_timer",
                false,
                16,
                List.of(
                    new BtfType.Member("__opaque", u64, 0, 0),
                    new BtfType.Member("__opaque2", u64, 64, 0))));
    int value =
        types.add(
            new BtfType.Struct(
                "value",
                false,
                24,
                List.of(
                    new BtfType.Member("count", u64, 0, 0),
                    new BtfType.Member("timer", timer, 64, 0))));
    LoneHost host = new LoneHost();
    BpfMap map =
        Maps.create(
            host,
            spec(MapType.HASH, 4, 24, 2).toBuilder()
                .btf(types.build())
                .btfValueTypeId(value)
                .build());
    map.put(u32(1), new byte[24], BpfMap.ANY);
    long address = map.lookup(0, u32(1), 0);
    assertNotEquals(0, address);
    assertEquals(List.of(), host.freed);
    assertEquals(0, map.remove(u32(1)));
    assertEquals(List.of(address + 8), host.freed);
  }
}
