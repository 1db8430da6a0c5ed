package dev.skep.kernel.info;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.skep.catalog.AttachType;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.BpfInfo;
import dev.skep.kernel.sys.CStruct;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code BPF_OBJ_GET_INFO_BY_FD} for each kind of object. */
public final class InfoReader {

  private static final int TEXT_BYTES = 4096;

  private InfoReader() {}

  /** Fills a structure, whose pointers and their lengths the caller has set. */
  public static Block fill(Fd object, Arena arena, Block info) {
    int fd = object.acquire();
    try {
      Bpf.call(
          BpfCommand.OBJ_GET_INFO_BY_FD,
          Block.of(arena, BpfAttr.INFO)
              .set("bpf_fd", fd)
              .set("info_len", info.size())
              .set("info", info.memory()));
      return info;
    } finally {
      object.release();
    }
  }

  public static MapInfo map(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      Block i = fill(fd, arena, Block.of(arena, BpfInfo.MAP));
      return new MapInfo(
          i.getInt("id"),
          i.getInt("type"),
          i.getText("name"),
          new MapInfo.Shape(
              i.getInt("key_size"),
              i.getInt("value_size"),
              i.getInt("max_entries"),
              i.getInt("map_flags"),
              i.get("map_extra")),
          new MapInfo.Types(
              i.getInt("btf_id"),
              i.getInt("btf_key_type_id"),
              i.getInt("btf_value_type_id"),
              i.getInt("btf_vmlinux_value_type_id"),
              i.getInt("btf_vmlinux_id")),
          device(i));
    }
  }

  public static ProgramInfo program(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      Block i = fill(fd, arena, Block.of(arena, BpfInfo.PROG));
      int count = i.getInt("nr_map_ids");
      var mapIds = new ArrayList<Integer>();
      if (count > 0) {
        MemorySegment ids = arena.allocate(4L * count, 8);
        Block again =
            fill(
                fd,
                arena,
                Block.of(arena, BpfInfo.PROG).set("nr_map_ids", count).set("map_ids", ids));
        for (int n = 0; n < Math.min(count, again.getInt("nr_map_ids")); n++) {
          mapIds.add(ids.getAtIndex(JAVA_INT, n));
        }
      }
      return new ProgramInfo(
          i.getInt("id"),
          origin(i),
          new ProgramInfo.Size(
              i.getInt("xlated_prog_len"), i.getInt("jited_prog_len"), i.getInt("verified_insns")),
          mapIds,
          new ProgramInfo.Statistics(
              i.get("run_time_ns"), i.get("run_cnt"), i.get("recursion_misses")),
          device(i));
    }
  }

  private static ProgramInfo.Origin origin(Block i) {
    return new ProgramInfo.Origin(
        i.getInt("type"),
        i.getText("name"),
        Bytes.of(i.getBytes("tag")),
        (i.get("gpl_compatible") & 1) != 0,
        new ProgramInfo.Load(i.getInt("created_by_uid"), i.get("load_time")),
        new ProgramInfo.Types(
            i.getInt("btf_id"), i.getInt("attach_btf_obj_id"), i.getInt("attach_btf_id")));
  }

  private static OffloadDevice device(Block i) {
    return new OffloadDevice(i.getInt("ifindex"), i.get("netns_dev"), i.get("netns_ino"));
  }

  /** A dump of a program: {@code length} and {@code pointer} name its fields. */
  public static byte[] dump(Fd fd, String length, String pointer) {
    try (Arena arena = Arena.ofConfined()) {
      int size = fill(fd, arena, Block.of(arena, BpfInfo.PROG)).getInt(length);
      if (size == 0) {
        return new byte[0];
      }
      MemorySegment out = arena.allocate(size, 8);
      Block filled =
          fill(fd, arena, Block.of(arena, BpfInfo.PROG).set(length, size).set(pointer, out));
      // The kernel clears the pointer when the caller may not see the dump.
      return filled.get(pointer) == 0 ? new byte[0] : out.toArray(JAVA_BYTE);
    }
  }

  public static BtfInfo btf(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(TEXT_BYTES);
      Block i =
          fill(
              fd,
              arena,
              Block.of(arena, BpfInfo.BTF).set("name", name).set("name_len", TEXT_BYTES));
      return new BtfInfo(
          i.getInt("id"), name.getString(0), i.getInt("btf_size"), i.get("kernel_btf") != 0);
    }
  }

  public static byte[] btfBytes(Fd fd, int size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(size, 8);
      fill(fd, arena, Block.of(arena, BpfInfo.BTF).set("btf", out).set("btf_size", size));
      return out.toArray(JAVA_BYTE);
    }
  }

  public static LinkInfo link(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      Block i = fill(fd, arena, Block.of(arena, BpfInfo.LINK));
      LinkType type = LinkType.ofNumber(i.getInt("type"));
      Map<String, Object> details = type == null ? Map.of() : details(fd, arena, type);
      return new LinkInfo(i.getInt("id"), i.getInt("type"), i.getInt("prog_id"), details);
    }
  }

  private static Map<String, Object> details(Fd fd, Arena arena, LinkType type) {
    return switch (type) {
      case UNSPEC -> Map.of();
      case RAW_TRACEPOINT -> part(fd, arena, BpfInfo.LINK_RAW_TRACEPOINT, "tp_name", "tp_name_len");
      case TRACING -> part(fd, arena, BpfInfo.LINK_TRACING, "", "");
      case CGROUP -> part(fd, arena, BpfInfo.LINK_CGROUP, "", "");
      case ITER -> iterator(fd, arena);
      case NETNS -> part(fd, arena, BpfInfo.LINK_NETNS, "", "");
      case XDP -> part(fd, arena, BpfInfo.LINK_XDP, "", "");
      case PERF_EVENT -> perf(fd, arena);
      case KPROBE_MULTI -> part(fd, arena, BpfInfo.LINK_KPROBE_MULTI, "", "");
      case STRUCT_OPS -> part(fd, arena, BpfInfo.LINK_STRUCT_OPS, "", "");
      case NETFILTER -> part(fd, arena, BpfInfo.LINK_NETFILTER, "", "");
      case TCX, NETKIT -> part(fd, arena, BpfInfo.LINK_TCX, "", "");
      case UPROBE_MULTI -> part(fd, arena, BpfInfo.LINK_UPROBE_MULTI, "path", "path_size");
      case SOCKMAP -> part(fd, arena, BpfInfo.LINK_SOCKMAP, "", "");
    };
  }

  private static Map<String, Object> iterator(Fd fd, Arena arena) {
    Map<String, Object> base = part(fd, arena, BpfInfo.LINK_ITER, "target_name", "target_name_len");
    CStruct more =
        switch (String.valueOf(base.get("target_name"))) {
          case "bpf_map_elem", "bpf_sk_storage_map", "sockmap" -> BpfInfo.LINK_ITER_MAP;
          case "cgroup" -> BpfInfo.LINK_ITER_CGROUP;
          case "task", "task_file", "task_vma" -> BpfInfo.LINK_ITER_TASK;
          default -> BpfInfo.LINK_ITER;
        };
    return part(fd, arena, more, "target_name", "target_name_len");
  }

  private static Map<String, Object> perf(Fd fd, Arena arena) {
    // 1 uprobe, 2 uretprobe, 3 kprobe, 4 kretprobe, 5 tracepoint, 6 other: bpf_perf_event_type.
    int kind = fill(fd, arena, Block.of(arena, BpfInfo.LINK_PERF_EVENT)).getInt("perf_type");
    return switch (kind) {
      case 1, 2 -> part(fd, arena, BpfInfo.LINK_PERF_UPROBE, "file_name", "name_len");
      case 3, 4 -> part(fd, arena, BpfInfo.LINK_PERF_KPROBE, "func_name", "name_len");
      case 5 -> part(fd, arena, BpfInfo.LINK_PERF_TRACEPOINT, "tp_name", "name_len");
      default -> part(fd, arena, BpfInfo.LINK_PERF_EVENT, "", "");
    };
  }

  /** The fields behind the head, with a text where {@code pointer} is one. */
  private static Map<String, Object> part(
      Fd fd, Arena arena, CStruct layout, String pointer, String length) {
    Block info = Block.of(arena, layout);
    MemorySegment text = arena.allocate(TEXT_BYTES);
    if (!pointer.isEmpty()) {
      info.set(pointer, text).set(length, TEXT_BYTES);
    }
    fill(fd, arena, info);
    var details = new LinkedHashMap<String, Object>();
    List<String> head = List.of("type", "id", "prog_id");
    for (CStruct.Field field : layout.fields()) {
      String name = field.name();
      if (head.contains(name) || name.equals(length)) {
        continue;
      }
      if (name.equals(pointer)) {
        details.put(name, text.getString(0));
      } else if (name.equals("attach_type")) {
        AttachType attach = AttachType.ofNumber(info.getInt(name));
        details.put(name, attach == null ? "" + info.get(name) : attach.kernelName());
      } else {
        details.put(name, info.get(name));
      }
    }
    return details;
  }
}
