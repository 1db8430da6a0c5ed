package dev.skep.runtime.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.AddressSpace;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapsTest {

  private static BpfMap map(MapType type, int key, int value, int entries) {
    return LoneHost.map(spec(type, key, value, entries, flagsOf(type)));
  }

  private static int flagsOf(MapType type) {
    return type == MapType.LPM_TRIE ? MapFlag.NO_PREALLOC.bit() : 0;
  }

  static MapSpec spec(MapType type, int key, int value, int entries, int flags) {
    return MapSpec.of("m", type, key, value, entries).toBuilder().flags(flags).build();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** A hash map does what a Java map does, with the kernel's error numbers. */
  @Property(tries = 200)
  void hashIsAMap(@ForAll long seed) {
    Random random = new Random(seed);
    BpfMap map = map(MapType.HASH, random.nextBoolean() ? 4 : 5, 8, 8);
    Map<String, String> model = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      byte[] key = new byte[map.keySize()];
      key[0] = (byte) random.nextInt(16);
      String text = HexFormat.of().formatHex(key);
      byte[] value = new byte[8];
      random.nextBytes(value);
      long flags = random.nextInt(3);
      switch (random.nextInt(3)) {
        case 0 -> {
          int expected =
              flags == BpfMap.NOEXIST && model.containsKey(text)
                  ? Errno.EEXIST.negated()
                  : flags == BpfMap.EXIST && !model.containsKey(text)
                      ? Errno.ENOENT.negated()
                      : !model.containsKey(text) && model.size() == 8 ? Errno.E2BIG.negated() : 0;
          assertEquals(expected, map.put(key, value, flags));
          if (expected == 0) {
            model.put(text, HexFormat.of().formatHex(value));
          }
        }
        case 1 ->
            assertEquals(model.remove(text) == null ? Errno.ENOENT.negated() : 0, map.remove(key));
        default -> {
          byte[] there = map.get(key);
          assertEquals(model.get(text), there == null ? null : HexFormat.of().formatHex(there));
        }
      }
      assertEquals(model.size(), map.keys().size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200000000a010203, 01", "200000000a010303, 02", "200000000a020000, 03",
    "200000000b000000, 00", "180000000a010200, 01", "080000000a000000, 03",
  })
  void longestPrefixWins(String key, String expected) {
    BpfMap map = map(MapType.LPM_TRIE, 8, 1, 10);
    map.put(hex("0000000000000000"), hex("00"), BpfMap.ANY);
    map.put(hex("080000000a000000"), hex("03"), BpfMap.ANY);
    map.put(hex("100000000a010000"), hex("02"), BpfMap.ANY);
    map.put(hex("180000000a010200"), hex("01"), BpfMap.ANY);
    assertArrayEquals(hex(expected), map.get(hex(key)));
  }

  @Test
  void triesStaySmallWhilePrefixesComeAndGo() {
    BpfMap map = map(MapType.LPM_TRIE, 8, 1, 4);
    for (int i = 0; i < 20_000; i++) {
      byte[] key = hex("20000000%08x".formatted(i * 0x9e37_79b9));
      assertEquals(0, map.put(key, hex("07"), BpfMap.ANY));
      assertArrayEquals(hex("07"), map.get(key));
      assertEquals(0, map.remove(key));
      assertNull(map.get(key));
    }
  }

  @Test
  void fullLruMapGivesUpWhatWasNotLookedAt() {
    BpfMap map = map(MapType.LRU_HASH, 4, 4, 2);
    assertEquals(0, map.put(hex("01000000"), hex("01000000"), BpfMap.ANY));
    assertEquals(0, map.put(hex("02000000"), hex("02000000"), BpfMap.ANY));
    map.lookup(0, hex("01000000"), 0);
    assertEquals(0, map.put(hex("03000000"), hex("03000000"), BpfMap.ANY));
    assertNotNull(map.get(hex("01000000")));
    assertNull(map.get(hex("02000000")));
  }

  @Test
  void arrayErrors() {
    BpfMap map = map(MapType.ARRAY, 4, 4, 2);
    assertEquals(Errno.E2BIG.negated(), map.put(hex("02000000"), hex("00000000"), BpfMap.ANY));
    assertEquals(Errno.EEXIST.negated(), map.put(hex("01000000"), hex("00000000"), BpfMap.NOEXIST));
    assertEquals(Errno.EINVAL.negated(), map.remove(hex("01000000")));
  }

  @Test
  void queueAndStackOrder() {
    for (MapType type : List.of(MapType.QUEUE, MapType.STACK)) {
      BpfMap map = map(type, 0, 1, 2);
      byte[] value = new byte[1];
      assertEquals(Errno.ENOENT.negated(), map.pop(value, 0));
      assertEquals(0, map.push(new byte[] {1}, 0, BpfMap.ANY));
      assertEquals(0, map.push(new byte[] {2}, 0, BpfMap.ANY));
      assertEquals(Errno.E2BIG.negated(), map.push(new byte[] {3}, 0, BpfMap.ANY));
      assertEquals(0, map.pop(value, 0));
      assertEquals(type == MapType.QUEUE ? 1 : 2, value[0]);
    }
  }

  @Test
  void ringBufferKeepsOrderAndRefusesWhatDoesNotFit() {
    RingBuffer ring = (RingBuffer) map(MapType.RINGBUF, 0, 0, 4096);
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 3; i++) {
        assertEquals(0, ring.output(new byte[] {(byte) i}, 0, 1, 0));
      }
      long open = ring.reserve(1000, 0);
      assertEquals(Errno.EAGAIN.negated(), ring.output(new byte[3200], 0, 3200, 0));
      assertEquals(3, ring.drain().size());
      ring.commit(open, round % 2 == 0);
      assertEquals(round % 2, ring.drain().size());
    }
  }

  /** A reader never misses a key that is there all the time, whatever a writer does meanwhile. */
  @Test
  void readersAndWritersMeet() throws InterruptedException {
    for (MapType type : List.of(MapType.HASH, MapType.LPM_TRIE)) {
      BpfMap map = map(type, 8, 8, 64);
      byte[] steady = hex("2000000000000001");
      map.put(steady, hex("0100000000000000"), BpfMap.ANY);
      Thread writer =
          new Thread(
              () -> {
                for (int i = 0; i < 60_000; i++) {
                  byte[] key = hex("20000000000000%02x".formatted(2 + i % 50));
                  map.put(key, hex("0200000000000000"), BpfMap.ANY);
                  map.put(steady, hex("0100000000000000"), BpfMap.ANY);
                  if (i % 3 == 0) {
                    map.remove(key);
                  }
                }
              });
      writer.start();
      int looks = 0;
      while (writer.isAlive() || looks == 0) {
        long address = map.lookup(0, steady, 0);
        assertTrue(address != 0, "missed after " + looks + " looks");
        looks++;
      }
      writer.join();
    }
  }

  /** An update gives the element a new place; what a program looked up before stays as it was. */
  @Test
  void updatesDoNotChangeWhatWasLookedUp() {
    LoneHost host = new LoneHost();
    BpfMap map = Maps.create(host, spec(MapType.HASH, 4, 4, 2, 0));
    map.put(hex("01000000"), hex("0a000000"), BpfMap.ANY);
    long before = map.lookup(0, hex("01000000"), 0);
    map.put(hex("01000000"), hex("0b000000"), BpfMap.ANY);
    assertArrayEquals(hex("0a000000"), host.at(before, 4));
    assertArrayEquals(hex("0b000000"), map.get(hex("01000000")));
  }

  @Test
  void arenaPagesAreZeroAndApart() {
    ArenaMap arena = (ArenaMap) LoneHost.map(spec(MapType.ARENA, 0, 0, 4, 1 << 10));
    long first = arena.allocate(0, 1);
    long second = arena.allocate(0, 3);
    assertEquals(first + ArenaMap.PAGE, second);
    assertEquals(0, arena.allocate(0, 1));
    arena.free(second, 1);
    assertEquals(second, arena.allocate(second, 1));
    assertEquals(first, arena.cast(first & 0xffff_ffffL));
    assertEquals(0, arena.cast(0));
  }

  @Test
  void stackTracesAreFoundByTheirNumber() {
    StackTraceMap map = (StackTraceMap) map(MapType.STACK_TRACE, 4, 16, 8);
    long id = map.store(new long[] {1, 2, 3}, 0);
    assertEquals(id, map.store(new long[] {1, 2, 9}, 0), "only two entries fit");
    byte[] key = new byte[4];
    key[0] = (byte) id;
    assertArrayEquals(hex("01000000000000000200000000000000"), map.get(key));
    assertEquals(0, map.remove(key));
    assertNull(map.get(key));
  }

  @Test
  void memoryIsBounded() {
    LoneHost small = new LoneHost(2, 1 << 20);
    assertThrows(
        AddressSpace.OutOfMemory.class,
        () -> Maps.create(small, MapSpec.of("big", MapType.ARRAY, 4, 4096, 1 << 20)));
    assertThrows(
        AddressSpace.OutOfMemory.class,
        () -> Maps.create(small, MapSpec.of("many", MapType.HASH, 4, 4, 1 << 27)));
  }
}
