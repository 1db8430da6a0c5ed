package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the refusal of a map's shape says; that it is the kernel's is another test's matter. */
class MapRulesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "LPM_TRIE ! 8, 4, 16, 0 ! EINVAL: BPF_MAP_TYPE_LPM_TRIE needs the flag BPF_F_NO_PREALLOC",
        "PERF_EVENT_ARRAY ! 4, 32, 16, 0 ! EINVAL: BPF_MAP_TYPE_PERF_EVENT_ARRAY needs a value of 4"
            + " bytes, not 32",
        "RINGBUF ! 4, 4, 4096, 0 ! EINVAL: BPF_MAP_TYPE_RINGBUF needs no key, not one of 4 bytes",
        "RINGBUF ! 0, 0, 12288, 0 ! EINVAL: BPF_MAP_TYPE_RINGBUF needs max_entries of a power of"
            + " two, 4096 or more, not 12288",
        "ARRAY ! 8, 4, 16, 0 ! EINVAL: BPF_MAP_TYPE_ARRAY needs a key of 4 bytes, not 8",
        "ARRAY ! 4, 4, 16, 1 ! EINVAL: BPF_MAP_TYPE_ARRAY needs no flags but BPF_F_NUMA_NODE |"
            + " BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG |"
            + " BPF_F_MMAPABLE | BPF_F_INNER_MAP, not BPF_F_NO_PREALLOC",
        "ARRAY ! 4, 4, 16, 24 ! EINVAL: BPF_MAP_TYPE_ARRAY needs BPF_F_RDONLY or BPF_F_WRONLY, not"
            + " both",
        "PERCPU_ARRAY ! 4, 40000, 1, 0 ! E2BIG: BPF_MAP_TYPE_PERCPU_ARRAY needs a value of at most"
            + " 32768 bytes, not 40000",
        "QUEUE ! 4, 4, 16, 0 ! EINVAL: BPF_MAP_TYPE_QUEUE needs no key, not one of 4 bytes",
        "ARENA ! 0, 0, 16, 0 ! EINVAL: BPF_MAP_TYPE_ARENA needs the flag BPF_F_MMAPABLE",
        "ARRAY_OF_MAPS ! 4, 4, 4, 0 ! EBADF: BPF_MAP_TYPE_ARRAY_OF_MAPS needs an inner map that"
            + " says what its maps are like",
        "BLOOM_FILTER ! 4, 4, 16, 0 ! EINVAL: BPF_MAP_TYPE_BLOOM_FILTER needs no key, not one of 4"
            + " bytes",
        "LRU_HASH ! 4, 4, 16, 1 ! ENOTSUPP: BPF_MAP_TYPE_LRU_HASH needs to be without the flag"
            + " BPF_F_NO_PREALLOC",
        "CGROUP_STORAGE ! 8, 65408, 0, 0 ! E2BIG: BPF_MAP_TYPE_CGROUP_STORAGE needs a value of at"
            + " most 65407 bytes, not 65408",
        "CGROUP_STORAGE ! 8, 65535, 0, 0 ! E2BIG: BPF_MAP_TYPE_CGROUP_STORAGE needs a value of at"
            + " most 65407 bytes, not 65535",
        "CGROUP_STORAGE ! 12, 8, 0, 0 ! EINVAL: BPF_MAP_TYPE_CGROUP_STORAGE needs a key of 8 or 16"
            + " bytes, not 12",
        "STACK_TRACE ! 4, 1024, 8, 0 ! EINVAL: BPF_MAP_TYPE_STACK_TRACE needs a value of 1 to 127"
            + " frames of 8 bytes, or with BPF_F_STACK_BUILD_ID of 32 (sysctl"
            + " kernel.perf_event_max_stack), not 1024 bytes",
        "SK_STORAGE ! 4, 8, 0, 1 ! EINVAL: BPF_MAP_TYPE_SK_STORAGE needs the types (BTF) of key and"
            + " value",
        "STRUCT_OPS ! 4, 8, 1, 0 ! EINVAL: BPF_MAP_TYPE_STRUCT_OPS needs the kernel's type (BTF) of"
            + " the value",
        "CPUMAP ! 4, 4, 8193, 0 ! E2BIG: BPF_MAP_TYPE_CPUMAP needs max_entries of at most 8192, not"
            + " 8193",
        "HASH ! -1, -1, 1, 0 ! E2BIG: BPF_MAP_TYPE_HASH needs key and value of at most 4194255"
            + " bytes together, not 8589934590",
        "UNSPEC ! 4, 4, 1, 0 ! EINVAL: BPF_MAP_TYPE_UNSPEC needs a type that maps have",
      })
  void refusals(MapType type, String numbers, String text) {
    assertEquals(text, String.valueOf(MapRules.check(shape(type, numbers))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "CGROUP_STORAGE ! 8, 65152, 0, 0",
        "CGROUP_STORAGE ! 16, 65407, 0, 0",
        "PERCPU_CGROUP_STORAGE ! 8, 32768, 0, 0",
        "PERCPU_ARRAY ! 4, 32768, 1, 0",
        "HASH ! 4, 4, 16, 0",
        "RINGBUF ! 0, 0, 8192, 0",
      })
  void goodShapes(MapType type, String numbers) {
    assertNull(MapRules.check(shape(type, numbers)));
  }

  /** Flags, numbers and what would be right are values, not text. */
  @Test
  void aRefusalIsAValue() {
    MapShape shape = MapShape.of(MapType.ARRAY, 8, 4, 16);
    MapRefusal refusal = MapRules.check(shape);
    assertEquals(new MapRefusal(shape, new MapDemand.Key(Sizes.of(4), Errno.EINVAL)), refusal);
  }

  @Test
  void theInnerMapComesFirst() {
    MapShape bad = MapShape.of(MapType.QUEUE, 4, 4, 1);
    MapRefusal refusal = MapRules.check(MapRules.example(MapType.HASH_OF_MAPS).withInner(bad));
    assertEquals(bad, refusal == null ? null : refusal.shape());
  }

  /** An arena at an address must not reach across a multiple of 4 GiB. */
  @Test
  void arenasStayInTheirWindow() {
    MapShape arena = MapRules.example(MapType.ARENA).withExtra((1L << 32) - 4096);
    assertNull(MapRules.check(arena));
    MapRefusal refusal = MapRules.check(arena.withMaxEntries(2));
    assertEquals(
        "ERANGE: BPF_MAP_TYPE_ARENA needs a range of addresses that crosses no multiple of 4 GiB,"
            + " not 2 pages from 0xfffff000",
        String.valueOf(refusal));
  }

  @ParameterizedTest
  @EnumSource(value = MapType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNSPEC")
  void examplesAreGood(MapType type) {
    assertNull(MapRules.check(MapRules.example(type)));
  }

  private static MapShape shape(MapType type, String numbers) {
    List<Integer> n = List.of(numbers.split(", ")).stream().map(Integer::valueOf).toList();
    return MapShape.of(type, n.get(0), n.get(1), n.get(2)).withFlags(n.get(3));
  }
}
