package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.skep.catalog.Errno;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.object.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code BPF_MAP_*_BATCH}: many elements with one system call (Linux 5.6). */
final class MapBatch {

  private final KernelMap map;

  MapBatch(KernelMap map) {
    this.map = map;
  }

  /**
   * All elements, in portions; removed too if {@code delete}. A hash's portion is whole buckets: a
   * bucket larger than the portion is {@code ENOSPC}, and the portion grows.
   */
  Map<Bytes, Bytes> read(int portion, boolean delete) {
    BpfCommand command =
        delete ? BpfCommand.MAP_LOOKUP_AND_DELETE_BATCH : BpfCommand.MAP_LOOKUP_BATCH;
    var all = new LinkedHashMap<Bytes, Bytes>();
    int count = Math.max(1, portion);
    // The position is a bucket's number for hashes and a key for others.
    int positionBytes = Math.max(4, map.keySize());
    byte[] position = new byte[positionBytes];
    boolean first = true;
    int fd = map.fd().acquire();
    try {
      for (; ; ) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment keys = arena.allocate((long) count * map.keySize(), 8);
          MemorySegment values = arena.allocate((long) count * map.elementSize(), 8);
          MemorySegment out = arena.allocate(positionBytes, 8);
          Block attr =
              Block.of(arena, BpfAttr.MAP_BATCH)
                  .set("out_batch", out)
                  .set("keys", keys)
                  .set("values", values)
                  .set("count", count)
                  .set("map_fd", fd);
          if (!first) {
            attr.set("in_batch", arena.allocateFrom(JAVA_BYTE, position));
          }
          int result = Bpf.attempt(command, attr);
          if (result == Errno.ENOSPC.negated()) {
            count = Math.multiplyExact(count, 2);
            continue;
          }
          boolean end = result == Errno.ENOENT.negated();
          if (result < 0 && !end) {
            throw Bpf.failure(command, -result, attr);
          }
          for (int i = 0; i < attr.getInt("count"); i++) {
            all.put(slice(keys, i, map.keySize()), slice(values, i, map.elementSize()));
          }
          if (end) {
            return all;
          }
          position = out.toArray(JAVA_BYTE);
          first = false;
        }
      }
    } finally {
      map.fd().release();
    }
  }

  private static Bytes slice(MemorySegment segment, int index, int size) {
    return Bytes.of(segment.asSlice((long) index * size, size).toArray(JAVA_BYTE));
  }

  /** Sets all; gives how many were set. */
  int update(Map<Bytes, Bytes> elements, UpdateMode mode) {
    try (Arena arena = Arena.ofConfined()) {
      return write(
          BpfCommand.MAP_UPDATE_BATCH,
          Block.of(arena, BpfAttr.MAP_BATCH)
              .set("keys", pack(arena, new ArrayList<>(elements.keySet()), map.keySize()))
              .set("values", pack(arena, new ArrayList<>(elements.values()), map.elementSize()))
              .set("count", elements.size())
              .set("elem_flags", mode.flag()));
    }
  }

  /** Removes all. */
  int delete(List<Bytes> keys) {
    try (Arena arena = Arena.ofConfined()) {
      return write(
          BpfCommand.MAP_DELETE_BATCH,
          Block.of(arena, BpfAttr.MAP_BATCH)
              .set("keys", pack(arena, keys, map.keySize()))
              .set("count", keys.size()));
    }
  }

  private int write(BpfCommand command, Block attr) {
    int fd = map.fd().acquire();
    try {
      Bpf.call(command, attr.set("map_fd", fd));
      return attr.getInt("count");
    } finally {
      map.fd().release();
    }
  }

  private MemorySegment pack(Arena arena, List<Bytes> parts, int size) {
    MemorySegment out = arena.allocate(Math.max(1, (long) parts.size() * size), 8);
    for (int i = 0; i < parts.size(); i++) {
      Bytes part = parts.get(i);
      if (part.size() != size) {
        throw new IllegalArgumentException(
            "map %s wants %d bytes, not %d".formatted(map.name(), size, part.size()));
      }
      MemorySegment.copy(part.toArray(), 0, out, JAVA_BYTE, (long) i * size, size);
    }
    return out;
  }
}
