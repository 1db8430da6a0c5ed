package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Member;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.catalog.SpecialField;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which fields the kernel finds in a value. It says so itself: a map with such fields cannot be
 * created read-only for programs ({@code EACCES}), and only maps of some types may have them
 * ({@code EOPNOTSUPP}).
 */
@KernelTest
class ValueFieldsKernelTest {

  /** A few types that rows are made of. */
  private static final class Types {
    private final BtfBuilder all = new BtfBuilder();
    private final int u32 = all.add(BtfType.Int.unsigned("u32", 4));
    private final int u64 = all.add(BtfType.Int.unsigned("u64", 8));
    private final int lock = struct("bpf_spin_lock", 4, at(u32, 0));
    private final int resilient = struct("bpf_res_spin_lock", 4, at(u32, 0));
    private final int timer = opaque("bpf_timer", 2);
    private final int queue = opaque("bpf_wq", 2);
    private final int work = opaque("bpf_task_work", 1);
    private final int count = struct("bpf_refcount", 4, at(u32, 0));
    private final int node = opaque("bpf_list_node", 3);
    private final int list = opaque("bpf_list_head", 2);
    private final int local = struct("held", 32, at(u64, 0), named("node", node, 8));

    int struct(String name, int size, Member... members) {
      return all.add(new BtfType.Struct(name, false, size, List.of(members)));
    }

    private int opaque(String name, int words) {
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < words; i++) {
        members.add(named("w" + i, u64, i * 8));
      }
      return struct(name, words * 8, members.toArray(Member[]::new));
    }

    Member at(int type, int offset) {
      return named("m" + offset, type, offset);
    }

    private static Member named(String name, int type, int offset) {
      return new Member(name, type, offset * 8, 0);
    }

    int array(int element, int count) {
      return all.add(new BtfType.Array(element, u32, count));
    }

    int typedef(int type) {
      return all.add(new BtfType.Typedef("another_name", type));
    }

    /** A pointer with tags on its target, the innermost first. */
    int pointer(int target, String... tags) {
      int type = target;
      for (String tag : tags) {
        type = all.add(new BtfType.TypeTag(tag, type, false));
      }
      return all.add(new BtfType.Ptr(type));
    }

    int value(int size, Member... members) {
      return struct("value", size, members);
    }

    /** A struct in a struct in a struct. */
    int deep(int innermost, int depth) {
      int type = innermost;
      for (int i = 0; i < depth; i++) {
        type = struct("deep" + i, 8, at(type, 0));
      }
      return type;
    }

    /** A value whose second member is a list of {@code held} with the given tag. */
    int withList(boolean locked, String tag) {
      int value = locked ? value(24, at(lock, 0), at(list, 8)) : value(24, at(u64, 0), at(list, 8));
      if (!tag.isEmpty()) {
        all.add(new BtfType.DeclTag(tag, value, 1));
      }
      return value;
    }
  }

  /**
   * A value type.
   *
   * @param size bytes of the value
   * @param fields number of fields that Linux finds in it; 0 where it gives up
   * @param refused why Linux does not even load the types: what a program can allocate must have
   *     fields that are as they should be; null if it does
   */
  record Row(
      String name, int size, int fields, @Nullable Errno refused, Function<Types, Integer> type) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, int size, int fields, Function<Types, Integer> type) {
    return new Row(name, size, fields, null, type);
  }

  private static Row refused(String name, int size, Errno errno, Function<Types, Integer> type) {
    return new Row(name, size, 0, errno, type);
  }

  static Stream<Row> rows() {
    return Stream.of(
        row("plain numbers", 8, 0, t -> t.value(8, t.at(t.u64, 0))),
        row("a lock", 8, 1, t -> t.value(8, t.at(t.lock, 0), t.at(t.u32, 4))),
        row("a resilient lock", 8, 1, t -> t.value(8, t.at(t.resilient, 0))),
        row("a timer", 24, 1, t -> t.value(24, t.at(t.u64, 0), t.at(t.timer, 8))),
        row("a work queue", 16, 1, t -> t.value(16, t.at(t.queue, 0))),
        row("task work", 8, 1, t -> t.value(8, t.at(t.work, 0))),
        row("a count", 8, 1, t -> t.value(8, t.at(t.count, 0))),
        row("the lock itself as value", 4, 0, t -> t.lock),
        refused("two locks", 8, Errno.E2BIG, t -> t.value(8, t.at(t.lock, 0), t.at(t.lock, 4))),
        refused("a misaligned lock", 8, Errno.EFAULT, t -> t.value(8, t.at(t.lock, 2))),
        row("a misaligned timer", 24, 0, t -> t.value(24, t.at(t.timer, 4))),
        row("a lock behind a typedef", 8, 0, t -> t.value(8, t.at(t.typedef(t.lock), 0))),
        row("a value behind a typedef", 8, 1, t -> t.typedef(t.value(8, t.at(t.lock, 0)))),
        row(
            "a lock in a struct",
            8,
            1,
            t -> t.value(8, t.at(t.struct("in", 8, t.at(t.lock, 4)), 0))),
        row("a lock 31 structs deep", 8, 1, t -> t.deep(t.struct("b", 8, t.at(t.lock, 0)), 30)),
        row("a lock 32 structs deep", 8, 1, t -> t.deep(t.struct("b", 8, t.at(t.lock, 0)), 31)),
        row("a lock 33 structs deep", 8, 0, t -> t.deep(t.struct("b", 8, t.at(t.lock, 0)), 32)),
        row("an array of one lock", 8, 1, t -> t.value(8, t.at(t.array(t.lock, 1), 0))),
        row("an array of two locks", 8, 0, t -> t.value(8, t.at(t.array(t.lock, 2), 0))),
        row("an array of two timers", 32, 0, t -> t.value(32, t.at(t.array(t.timer, 2), 0))),
        row("an array of none", 8, 0, t -> t.value(8, t.at(t.u64, 0), t.at(t.array(t.lock, 0), 8))),
        row("two timers", 32, 0, t -> t.value(32, t.at(t.timer, 0), t.at(t.timer, 16))),
        row(
            "a work queue and a timer in two structs",
            32,
            2,
            t ->
                t.value(
                    32,
                    t.at(t.struct("one", 16, t.at(t.queue, 0)), 0),
                    t.at(t.struct("other", 16, t.at(t.timer, 0)), 16))),
        row(
            "a timer behind another tag",
            24,
            0,
            t -> t.value(24, t.at(t.pointer(t.local, "rcu"), 0), t.at(t.timer, 8))),
        row(
            "a timer behind bit fields",
            24,
            0,
            t ->
                t.value(
                    24,
                    new Member("a", t.u32, 0, 3),
                    new Member("b", t.u32, 3, 5),
                    t.at(t.timer, 8))),
        row("a pointer without tag", 8, 0, t -> t.value(8, t.at(t.pointer(t.local), 0))),
        row("a kptr to a local type", 8, 1, t -> t.value(8, t.at(t.pointer(t.local, "kptr"), 0))),
        row(
            "an untrusted kptr to a local type",
            8,
            1,
            t -> t.value(8, t.at(t.pointer(t.local, "kptr_untrusted"), 0))),
        row(
            "a per-CPU kptr to a local type",
            8,
            1,
            t -> t.value(8, t.at(t.pointer(t.local, "percpu_kptr"), 0))),
        row("a kptr to a number", 8, 0, t -> t.value(8, t.at(t.pointer(t.u64, "kptr"), 0))),
        row("another tag", 8, 0, t -> t.value(8, t.at(t.pointer(t.local, "rcu"), 0))),
        refused(
            "another tag beside a lock",
            16,
            Errno.EINVAL,
            t -> t.value(16, t.at(t.pointer(t.local, "rcu"), 0), t.at(t.lock, 8))),
        row("two tags", 8, 0, t -> t.value(8, t.at(t.pointer(t.local, "kptr", "kptr"), 0))),
        row(
            "eleven kptrs",
            88,
            11,
            t -> t.value(88, t.at(t.array(t.pointer(t.local, "kptr"), 11), 0))),
        row(
            "twelve kptrs",
            96,
            0,
            t -> t.value(96, t.at(t.array(t.pointer(t.local, "kptr"), 12), 0))),
        row(
            "an array of arrays of kptrs",
            32,
            4,
            t -> t.value(32, t.at(t.array(t.array(t.pointer(t.local, "kptr"), 2), 2), 0))),
        row(
            "an array of structs with kptrs",
            32,
            2,
            t ->
                t.value(
                    32,
                    t.at(
                        t.array(
                            t.struct("in", 16, t.at(t.u64, 0), t.at(t.pointer(t.local, "kptr"), 8)),
                            2),
                        0))),
        row("a list and its lock", 24, 2, t -> t.withList(true, "contains:held:node")),
        refused(
            "a list without lock", 24, Errno.EINVAL, t -> t.withList(false, "contains:held:node")),
        refused("a list of nothing", 24, Errno.EINVAL, t -> t.withList(true, "")),
        refused(
            "a list of what is not there",
            24,
            Errno.ENOENT,
            t -> t.withList(true, "contains:nothing:node")),
        refused(
            "a list without a member", 24, Errno.EINVAL, t -> t.withList(true, "contains:held:")),
        refused("a list by no node", 24, Errno.EINVAL, t -> t.withList(true, "contains:held:m0")),
        row("a list node in a map", 24, 0, t -> t.value(24, t.at(t.node, 0))),
        refused(
            "a lock behind bit fields",
            8,
            Errno.EINVAL,
            t ->
                t.value(
                    8,
                    new Member("a", t.u32, 0, 3),
                    new Member("b", t.u32, 3, 5),
                    t.at(t.lock, 4))),
        row(
            "a lock behind a bit field of its own byte",
            8,
            1,
            t -> t.value(8, new Member("a", t.u32, 0, 3), t.at(t.lock, 4))),
        row(
            "a union",
            8,
            0,
            t -> t.all.add(new BtfType.Struct("u", true, 8, List.of(t.at(t.lock, 0))))),
        row(
            "a lock in a union",
            8,
            0,
            t ->
                t.value(
                    8,
                    t.at(
                        t.all.add(new BtfType.Struct("u", true, 8, List.of(t.at(t.lock, 0)))),
                        0))));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theKernelFindsThem(Row row) {
    var types = new Types();
    int value = row.type().apply(types);
    MapSpec map =
        MapSpec.of("fields", MapType.ARRAY, 4, row.size(), 1).toBuilder()
            .btf(types.all.build())
            .btfKeyTypeId(types.u32)
            .btfValueTypeId(value)
            .build();
    Errno expected = row.fields() > 0 ? Errno.EACCES : row.refused();
    assertEquals(
        expected, created(map.withFlags(MapFlag.RDONLY_PROG.bit())), "what the kernel says");
    assertEquals(row.fields(), ValueFields.ofMap(map, null).all().size(), "what we say");
  }

  /** Which maps may have which fields. */
  @ParameterizedTest
  @EnumSource(MapType.class)
  void mapsThatMayHaveThem(MapType type) {
    List<String> differences = new ArrayList<>();
    switch (type) {
      case ARRAY, HASH, LRU_HASH, PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH -> {
        for (SpecialField field : SpecialField.values()) {
          var types = new Types();
          int held =
              switch (field) {
                case SPIN_LOCK -> types.lock;
                case RES_SPIN_LOCK -> types.resilient;
                case TIMER -> types.timer;
                case WORKQUEUE -> types.queue;
                case TASK_WORK -> types.work;
                case REFCOUNT -> types.count;
                case KPTR_REF -> types.pointer(types.local, "kptr");
                case KPTR_UNREF -> types.pointer(types.local, "kptr_untrusted");
                case KPTR_PERCPU -> types.pointer(types.local, "percpu_kptr");
                case UPTR -> types.pointer(types.local, "uptr");
                case LIST_HEAD, LIST_NODE, RB_ROOT, RB_NODE -> 0;
              };
          if (held == 0) {
            continue;
          }
          int value = types.value(16, types.at(held, 0));
          MapSpec map =
              MapSpec.of("fields", type, 4, 16, 1).toBuilder()
                  .btf(types.all.build())
                  .btfKeyTypeId(types.u32)
                  .btfValueTypeId(value)
                  .build();
          Errno theirs = created(map);
          Errno ours = field.allowedIn(type) ? null : Errno.EOPNOTSUPP;
          if (theirs != ours) {
            differences.add(field + ": kernel " + theirs + ", ours " + ours);
          }
        }
      }
      default -> {} // their values have other rules first
    }
    assertEquals(List.of(), differences);
  }

  /** Which programs may not have which fields in their maps, and in which words. */
  @ParameterizedTest
  @CsvSource({"SOCKET_FILTER", "RAW_TRACEPOINT", "XDP"})
  void programsThatMayHaveThem(ProgramType type) {
    List<String> differences = new ArrayList<>();
    try (var kernel = Kernel.open()) {
      for (SpecialField field : SpecialField.values()) {
        var types = new Types();
        int held =
            switch (field) {
              case SPIN_LOCK -> types.lock;
              case RES_SPIN_LOCK -> types.resilient;
              case TIMER -> types.timer;
              case WORKQUEUE -> types.queue;
              case TASK_WORK -> types.work;
              case REFCOUNT -> types.count;
              case KPTR_REF, KPTR_UNREF, KPTR_PERCPU, UPTR -> types.pointer(types.local, "kptr");
              case LIST_HEAD, LIST_NODE, RB_ROOT, RB_NODE -> 0;
            };
        int value =
            field == SpecialField.LIST_HEAD
                ? types.withList(true, "contains:held:node")
                : types.value(24, types.at(held == 0 ? types.u64 : held, 0));
        MapSpec map =
            MapSpec.of("fields", MapType.ARRAY, 4, 24, 1).toBuilder()
                .btf(types.all.build())
                .btfKeyTypeId(types.u32)
                .btfValueTypeId(value)
                .build();
        List<RawInstruction> code = new ArrayList<>(Programs.map(1, 0));
        code.add(Programs.mov(0, 0));
        code.add(Programs.exit());
        ValueFields found = ValueFields.ofMap(map, null);
        String ours = found.has(field) ? field.refusedFor(type) : null;
        if (ours == null && found.has(SpecialField.SPIN_LOCK)) {
          ours = SpecialField.SPIN_LOCK.refusedFor(type); // a list's
        }
        LoadResult result =
            kernel.load(
                Programs.withMaps("fields", type, code, map),
                LoadOptions.DEFAULT.unchecked().withLogLevel(1));
        boolean refused = result instanceof LoadResult.Refused;
        if (refused != (ours != null) || ours != null && !result.log().contains(ours)) {
          differences.add(field + ": ours " + ours + ", kernel " + result.log());
        }
        if (result instanceof LoadResult.Loaded loaded) {
          loaded.program().close();
        }
      }
    }
    assertEquals(List.of(), differences);
  }

  /** The kernel's answer to the map as it is: {@code createMap} would try again without types. */
  private static @Nullable Errno created(MapSpec map) {
    Btf types = map.btf();
    assertNotNull(types);
    try (var kernel = Kernel.open();
        var loaded = kernel.loadBtf(types);
        var arena = Arena.ofConfined()) {
      int fd = loaded.fd().acquire();
      try {
        int result =
            Bpf.attempt(
                BpfCommand.MAP_CREATE,
                Block.of(arena, BpfAttr.MAP_CREATE)
                    .set("map_type", map.type().number())
                    .set("key_size", map.keySize())
                    .set("value_size", map.valueSize())
                    .set("max_entries", map.maxEntries())
                    .set("map_flags", map.flags())
                    .set("btf_fd", fd)
                    .set("btf_key_type_id", map.btfKeyTypeId())
                    .set("btf_value_type_id", map.btfValueTypeId()));
        if (result >= 0) {
          Fd.own(result).close();
          return null;
        }
        return Errno.of(-result);
      } finally {
        loaded.fd().release();
      }
    } catch (KernelCallException notLoaded) {
      return notLoaded.errno();
    }
  }
}
