package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
@SuppressWarnings("NullAway.Init") // the kernel is opened before each test
class MapTest {

  private Kernel kernel;

  @BeforeEach
  void open() {
    kernel = Kernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  /** Random operations do to the kernel's hash what they do to Java's. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aHashBehavesAsJavasMap(long seed) {
    Random random = new Random(seed);
    var model = new HashMap<Bytes, Bytes>();
    try (KernelMap map = kernel.createMap(MapSpec.of("model", MapType.HASH, 4, 8, 16))) {
      for (int i = 0; i < 500; i++) {
        byte[] key = MapKeys.u32(random.nextInt(24));
        byte[] value = MapKeys.u64(random.nextLong());
        switch (random.nextInt(4)) {
          case 0 -> {
            byte[] found = map.lookup(key);
            assertEquals(model.get(Bytes.of(key)), found == null ? null : Bytes.of(found));
          }
          case 1 -> assertEquals(model.remove(Bytes.of(key)) != null, map.delete(key));
          case 2 -> {
            byte[] found = map.lookupAndDelete(key);
            assertEquals(model.remove(Bytes.of(key)), found == null ? null : Bytes.of(found));
          }
          default -> {
            if (model.containsKey(Bytes.of(key)) || model.size() < 16) {
              map.update(key, value);
              model.put(Bytes.of(key), Bytes.of(value));
            } else {
              var e = assertThrows(KernelCallException.class, () -> map.update(key, value));
              assertEquals(Errno.E2BIG, e.errno());
            }
          }
        }
      }
      assertEquals(model, map.entries());
      assertEquals(model, map.readBatch(3));
      assertEquals(model, map.drainBatch(4));
      assertEquals(Map.of(), map.entries());
    }
  }

  @Test
  void updateModes() {
    try (KernelMap map = kernel.createMap(MapSpec.of("modes", MapType.HASH, 4, 4, 4))) {
      byte[] key = MapKeys.u32(1);
      assertEquals(
          Errno.ENOENT,
          assertThrows(KernelCallException.class, () -> map.update(key, key, UpdateMode.EXIST))
              .errno());
      map.update(key, key, UpdateMode.NOEXIST);
      var e =
          assertThrows(KernelCallException.class, () -> map.update(key, key, UpdateMode.NOEXIST));
      assertEquals(Errno.EEXIST, e.errno());
      assertTrue(e.getMessage().contains("BPF_NOEXIST"), e.getMessage());
      assertThrows(IllegalArgumentException.class, () -> map.lookup(new byte[3]));
      assertThrows(IllegalArgumentException.class, () -> map.update(key, new byte[5]));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_HASH", "PERCPU_ARRAY", "LRU_PERCPU_HASH"})
  void batchesWriteAndReadAllElements(MapType type) {
    try (KernelMap map = kernel.createMap(MapSpec.of("batch", type, 4, 12, 100))) {
      var elements = new HashMap<Bytes, Bytes>();
      for (int i = 0; i < 100; i++) {
        byte[] value = new byte[map.elementSize()];
        for (int at = 0; at < value.length; at += map.isPerCpu() ? 16 : 12) {
          value[at] = (byte) (i + at);
        }
        elements.put(Bytes.of(MapKeys.u32(i)), Bytes.of(value));
      }
      assertEquals(100, map.updateBatch(elements, UpdateMode.ANY));
      Map<Bytes, Bytes> read = map.readBatch(7);
      if (type == MapType.HASH || !type.name().contains("LRU")) {
        assertEquals(elements, read);
      } else {
        assertTrue(elements.entrySet().containsAll(read.entrySet()));
      }
      if (type == MapType.HASH) {
        assertEquals(2, map.deleteBatch(List.of(bytes(1), bytes(2))));
        assertNull(map.lookup(MapKeys.u32(1)));
      }
    }
  }

  private static Bytes bytes(int key) {
    return Bytes.of(MapKeys.u32(key));
  }

  @Test
  void perCpuValuesAreOnePerCpu() {
    try (KernelMap map = kernel.createMap(MapSpec.of("percpu", MapType.PERCPU_ARRAY, 4, 4, 1))) {
      var values = new ArrayList<Bytes>();
      for (int cpu = 0; cpu < kernel.possibleCpus(); cpu++) {
        values.add(bytes(100 + cpu));
      }
      map.updatePerCpu(MapKeys.u32(0), values);
      assertEquals(values, map.lookupPerCpu(MapKeys.u32(0)));
    }
  }

  @Test
  void queuesStacksAndBloomFilters() {
    byte[] none = new byte[0];
    try (KernelMap queue = kernel.createMap(MapSpec.of("queue", MapType.QUEUE, 0, 4, 4));
        KernelMap stack = kernel.createMap(MapSpec.of("stack", MapType.STACK, 0, 4, 4));
        KernelMap bloom = kernel.createMap(MapSpec.of("bloom", MapType.BLOOM_FILTER, 0, 4, 100))) {
      for (int i = 1; i <= 3; i++) {
        queue.update(none, MapKeys.u32(i));
        stack.update(none, MapKeys.u32(i));
      }
      assertArrayEquals(MapKeys.u32(1), queue.lookup(none));
      assertArrayEquals(MapKeys.u32(1), queue.lookupAndDelete(none));
      assertArrayEquals(MapKeys.u32(2), queue.lookupAndDelete(none));
      assertArrayEquals(MapKeys.u32(3), stack.lookupAndDelete(none));
      bloom.update(none, MapKeys.u32(7));
      assertArrayEquals(MapKeys.u32(7), bloom.lookup(MapKeys.u32(7)));
      assertNull(bloom.lookup(MapKeys.u32(8)));
    }
  }

  @Test
  void longestPrefixWins() {
    var spec = MapSpec.of("lpm", MapType.LPM_TRIE, 8, 4, 8).withFlags(1 /* BPF_F_NO_PREALLOC */);
    try (KernelMap map = kernel.createMap(spec)) {
      map.update(prefix(8, 10, 0, 0, 0), MapKeys.u32(8));
      map.update(prefix(24, 10, 1, 2, 0), MapKeys.u32(24));
      assertArrayEquals(MapKeys.u32(24), map.lookup(prefix(32, 10, 1, 2, 3)));
      assertArrayEquals(MapKeys.u32(8), map.lookup(prefix(32, 10, 1, 3, 3)));
      assertNull(map.lookup(prefix(32, 11, 1, 2, 3)));
    }
  }

  private static byte[] prefix(int length, int... address) {
    byte[] key = new byte[8];
    key[0] = (byte) length;
    for (int i = 0; i < 4; i++) {
      key[4 + i] = (byte) address[i];
    }
    return key;
  }

  @Test
  void aFrozenMapIsReadOnlyForUserSpace() {
    var spec =
        MapSpec.of(".rodata", MapType.ARRAY, 4, 4, 1).toBuilder()
            .flags(MapFlag.RDONLY_PROG.bit())
            .frozen(true)
            .initialValue(Bytes.of(MapKeys.u32(42)))
            .build();
    try (KernelMap map = kernel.createMap(spec)) {
      assertArrayEquals(MapKeys.u32(42), map.lookup(new byte[4]));
      var e = assertThrows(KernelCallException.class, () -> map.update(new byte[4], new byte[4]));
      assertEquals(Errno.EPERM, e.errno());
      assertEquals(".rodata", map.info().name());
    }
  }

  @Test
  void mappedValuesAreTheProgramsOwn() {
    var spec = MapSpec.of("mapped", MapType.ARRAY, 4, 8, 1).withFlags(MapFlag.MMAPABLE.bit());
    LoadResult result =
        kernel.load(Programs.counting(ProgramType.XDP, spec, 2), LoadOptions.DEFAULT);
    try (var program = ((LoadResult.Loaded) result).program()) {
      KernelMap map = java.util.Objects.requireNonNull(program.maps().get("mapped"));
      try (MappedValues values = map.mapValues()) {
        values.memory().set(ValueLayout.JAVA_LONG, 0, 40);
        program.testRun(TestRunOptions.packet(new byte[64]).withRepeat(2));
        assertEquals(42, values.memory().get(ValueLayout.JAVA_LONG, 0));
      }
    }
  }

  @Test
  void mapsInMapsAndTailCalls() {
    MapSpec inner = MapSpec.of("inner", MapType.ARRAY, 4, 4, 1);
    var outer =
        MapSpec.of("outer", MapType.ARRAY_OF_MAPS, 4, 4, 2).toBuilder().inner(inner).build();
    try (KernelMap map = kernel.createMap(outer);
        KernelMap element = kernel.createMap(inner)) {
      map.put(MapKeys.u32(1), element);
      assertArrayEquals(MapKeys.u32(element.info().id()), map.lookup(MapKeys.u32(1)));
    }

    MapSpec table = MapSpec.of("table", MapType.PROG_ARRAY, 4, 4, 1);
    var code = new ArrayList<RawInstruction>(Programs.map(2, 0));
    code.add(Programs.mov(3, 0));
    code.add(Programs.call(12)); // bpf_tail_call(ctx, table, 0)
    code.add(Programs.mov(0, 1));
    code.add(Programs.exit());
    try (KernelObject session =
        kernel.object(
            new dev.skep.object.BpfObject("t", "GPL", List.of(), List.of(), null, List.of()))) {
      var caller =
          (LoadResult.Loaded)
              session.load(
                  Programs.withMaps("caller", ProgramType.XDP, code, table), LoadOptions.DEFAULT);
      var target = (LoadResult.Loaded) session.load(Programs.xdpReturning(3), LoadOptions.DEFAULT);
      assertEquals(1, caller.program().testRun(new byte[64]).retval());
      session.map(table).put(MapKeys.u32(0), target.program());
      assertEquals(3, caller.program().testRun(new byte[64]).retval());
      assertTrue(session.map(table).delete(MapKeys.u32(0)));
      assertFalse(session.map(table).isPerCpu());
    }
  }
}
