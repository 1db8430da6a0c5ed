package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.Program;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.PerfEventArray;
import dev.skep.runtime.map.ProgArray;
import dev.skep.runtime.map.RingBuffer;
import dev.skep.runtime.map.StorageMap;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;
import java.util.Map;

/** Helpers on maps, ring buffers and perf buffers, tail calls and callbacks. */
final class MapHelpers {

  /** {@code BPF_F_CURRENT_CPU}, also the mask of the index in the flags. */
  private static final long CURRENT_CPU = 0xffff_ffffL;

  private static final int MAX_LOOPS = 8 << 20;

  private MapHelpers() {}

  static void register() {
    Helpers.add("bpf_map_lookup_elem", MapHelpers::lookup);
    Helpers.add("bpf_map_update_elem", MapHelpers::update);
    Helpers.add("bpf_map_delete_elem", MapHelpers::delete);
    Helpers.add("bpf_tail_call", MapHelpers::tailCallOutOfPlace);
    Helpers.add("bpf_perf_event_output", MapHelpers::perfEventOutput);
    Helpers.add("bpf_map_push_elem", MapHelpers::push);
    Helpers.add("bpf_map_pop_elem", (cpu, m, v, c, d, e) -> take(cpu, m, v, true));
    Helpers.add("bpf_map_peek_elem", (cpu, m, v, c, d, e) -> take(cpu, m, v, false));
    Helpers.add("bpf_sk_storage_get", MapHelpers::storageGet);
    Helpers.add("bpf_sk_storage_delete", MapHelpers::storageDelete);
    Helpers.add("bpf_ringbuf_output", MapHelpers::ringbufOutput);
    Helpers.add(
        "bpf_ringbuf_reserve", (cpu, m, size, flags, d, e) -> ring(cpu, m).reserve(size, flags));
    Helpers.add("bpf_ringbuf_submit", (cpu, s, b, c, d, e) -> commit(cpu, s, false));
    Helpers.add("bpf_ringbuf_discard", (cpu, s, b, c, d, e) -> commit(cpu, s, true));
    Helpers.add("bpf_ringbuf_query", (cpu, m, what, c, d, e) -> ring(cpu, m).query(what));
    Helpers.add("bpf_inode_storage_get", MapHelpers::storageGet);
    Helpers.add("bpf_inode_storage_delete", MapHelpers::storageDelete);
    Helpers.add("bpf_skb_output", MapHelpers::perfEventOutput);
    Helpers.add("bpf_xdp_output", MapHelpers::perfEventOutput);
    Helpers.add("bpf_perf_event_read", (cpu, m, flags, c, d, e) -> Errno.ENOENT.negated());
    Helpers.add(
        "bpf_perf_event_read_value", (cpu, m, flags, to, size, e) -> noCounter(cpu, to, size));
    Helpers.add("bpf_perf_prog_read_value", (cpu, ctx, to, size, d, e) -> noCounter(cpu, to, size));
    Helpers.add("bpf_task_storage_get", MapHelpers::storageGet);
    Helpers.add("bpf_task_storage_delete", MapHelpers::storageDelete);
    Helpers.add("bpf_for_each_map_elem", MapHelpers::forEach);
    Helpers.add("bpf_loop", MapHelpers::loop);
    Helpers.add("bpf_map_lookup_percpu_elem", MapHelpers::lookupPercpu);
    Helpers.add("bpf_cgrp_storage_get", MapHelpers::storageGet);
    Helpers.add("bpf_cgrp_storage_delete", MapHelpers::storageDelete);
  }

  static void kfuncs(Map<String, Helper> all) {
    all.put(
        "bpf_arena_alloc_pages",
        (cpu, m, address, pages, node, flags) ->
            flags == 0 && map(cpu, m) instanceof ArenaMap arena
                ? arena.allocate(address, (int) pages)
                : 0);
    all.put(
        "bpf_arena_free_pages",
        (cpu, m, address, pages, d, e) -> {
          if (map(cpu, m) instanceof ArenaMap arena) {
            arena.free(address, (int) pages);
          }
          return 0;
        });
  }

  static BpfMap map(Cpu cpu, long address) {
    Region region = cpu.region(address);
    if (region != null
        && region.kind() == Region.Kind.MAP
        && (int) address == 0
        && region.owner() instanceof BpfMap map) {
      return map;
    }
    throw new Trap.Signal(
        Reason.HELPER, address, "", "a helper wants a map, but 0x%x is none".formatted(address));
  }

  /** A machine has no performance counters. */
  private static long noCounter(Cpu cpu, long to, long size) {
    int length = size(size & 0xffff_ffffL);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    Arrays.fill(target.bytes(), at, at + length, (byte) 0);
    return Errno.ENOENT.negated();
  }

  private static RingBuffer ring(Cpu cpu, long address) {
    if (map(cpu, address) instanceof RingBuffer ring) {
      return ring;
    }
    throw new Trap.Signal(Reason.HELPER, address, "", "the map is no ring buffer");
  }

  private static long lookup(Cpu cpu, long m, long k, long c, long d, long e) {
    BpfMap map = map(cpu, m);
    Region key = Access.check(cpu, k, map.keySize());
    return map.lookup(cpu.number(), key.bytes(), (int) k - key.base());
  }

  private static long lookupPercpu(Cpu cpu, long m, long k, long number, long d, long e) {
    BpfMap map = map(cpu, m);
    Region key = Access.check(cpu, k, map.keySize());
    return map.lookupOn((int) number, key.bytes(), (int) k - key.base());
  }

  private static long update(Cpu cpu, long m, long k, long v, long flags, long e) {
    BpfMap map = map(cpu, m);
    Region key = Access.check(cpu, k, map.keySize());
    Region value = Access.check(cpu, v, map.valueSize());
    return map.update(
        cpu.number(),
        key.bytes(),
        (int) k - key.base(),
        value.bytes(),
        (int) v - value.base(),
        flags);
  }

  private static long delete(Cpu cpu, long m, long k, long c, long d, long e) {
    BpfMap map = map(cpu, m);
    Region key = Access.check(cpu, k, map.keySize());
    return map.delete(cpu.number(), key.bytes(), (int) k - key.base());
  }

  private static long push(Cpu cpu, long m, long v, long flags, long d, long e) {
    BpfMap map = map(cpu, m);
    Region value = Access.check(cpu, v, map.valueSize());
    return map.push(value.bytes(), (int) v - value.base(), flags);
  }

  private static long take(Cpu cpu, long m, long v, boolean pop) {
    BpfMap map = map(cpu, m);
    Region value = Access.checkWrite(cpu, v, map.valueSize());
    int at = (int) v - value.base();
    return pop ? map.pop(value.bytes(), at) : map.peek(value.bytes(), at);
  }

  private static long storageGet(Cpu cpu, long m, long object, long v, long flags, long e) {
    BpfMap map = map(cpu, m);
    if (!(map instanceof StorageMap storage)) {
      throw new Trap.Signal(Reason.HELPER, m, "", map + " is no storage map");
    }
    if (v == 0) {
      return storage.get(cpu.number(), object, new byte[map.valueSize()], 0, flags);
    }
    Region value = Access.check(cpu, v, map.valueSize());
    return storage.get(cpu.number(), object, value.bytes(), (int) v - value.base(), flags);
  }

  private static long storageDelete(Cpu cpu, long m, long object, long c, long d, long e) {
    return map(cpu, m) instanceof StorageMap storage
        ? storage.delete(cpu.number(), object)
        : Errno.EINVAL.negated();
  }

  private static long ringbufOutput(Cpu cpu, long m, long data, long size, long flags, long e) {
    RingBuffer ring = ring(cpu, m);
    Region region = Access.check(cpu, data, size(size));
    return ring.output(region.bytes(), (int) data - region.base(), (int) size, flags);
  }

  static long commit(Cpu cpu, long sample, boolean discard) {
    Region region = cpu.region(sample);
    if (region == null
        || !(region.owner() instanceof RingBuffer ring)
        || !ring.commit(sample, discard)) {
      throw new Trap.Signal(
          Reason.HELPER, sample, "", "0x%x is no reserved ring buffer record".formatted(sample));
    }
    return 0;
  }

  private static long perfEventOutput(Cpu cpu, long ctx, long m, long flags, long data, long size) {
    if (!(map(cpu, m) instanceof PerfEventArray perf)) {
      throw new Trap.Signal(Reason.HELPER, m, "", "the map is no perf event array");
    }
    Region region = Access.check(cpu, data, size(size));
    int at = (int) data - region.base();
    long index = flags & CURRENT_CPU;
    int target = index == CURRENT_CPU ? cpu.number() : (int) index;
    byte[] record = Arrays.copyOfRange(region.bytes(), at, at + (int) size);
    int tail = (int) (flags >>> 32 & 0xfffff);
    if (tail > 0) {
      // The flags' upper half asks for the packet's first bytes after the record.
      if (tail > cpu.context().length()) {
        return Errno.EFAULT.negated();
      }
      record = Arrays.copyOf(record, record.length + tail);
      System.arraycopy(
          cpu.context().buffer(), cpu.context().dataOffset(), record, record.length - tail, tail);
    }
    return perf.output(target, record);
  }

  /** A size argument that must be a length of memory. */
  static int size(long size) {
    if (size < 0 || size > 1 << 29) {
      throw new Trap.Signal(
          Reason.HELPER, 0, "", "a helper was given the size " + Long.toUnsignedString(size));
    }
    return (int) size;
  }

  private static long tailCallOutOfPlace(Cpu cpu, long a, long b, long c, long d, long e) {
    throw new Trap.Signal(Reason.UNSUPPORTED, 0, "", "bpf_tail_call cannot be called indirectly");
  }

  /** The program that a tail call continues with, or null if it fails. */
  static @org.jspecify.annotations.Nullable Program tailTarget(Cpu cpu, long m, long index) {
    if (!(map(cpu, m) instanceof ProgArray programs)) {
      throw new Trap.Signal(Reason.HELPER, m, "", "the map is no program array");
    }
    return programs.program((int) index) instanceof Program program && cpu.countTailCall()
        ? program
        : null;
  }

  private static long forEach(Cpu cpu, long m, long callback, long ctx, long flags, long e) {
    BpfMap map = map(cpu, m);
    if (flags != 0) {
      return Errno.EINVAL.negated();
    }
    Region scratch = cpu.lend("key", new byte[Math.max(map.keySize(), 1)]);
    long done = 0;
    try {
      for (byte[] key : map.keys()) {
        long value = map.lookup(cpu.number(), key, 0);
        if (value == 0) {
          continue;
        }
        System.arraycopy(key, 0, scratch.bytes(), 0, key.length);
        done++;
        if (cpu.callback(callback, map.address(), scratch.address(), value, ctx, 0) != 0) {
          break;
        }
      }
    } finally {
      cpu.takeBack(scratch);
    }
    return done;
  }

  private static long loop(Cpu cpu, long count, long callback, long ctx, long flags, long e) {
    int loops = (int) count;
    if (flags != 0) {
      return Errno.EINVAL.negated();
    }
    if (Integer.compareUnsigned(loops, MAX_LOOPS) > 0) {
      return Errno.E2BIG.negated();
    }
    for (int i = 0; i < loops; i++) {
      cpu.spend(1);
      if (cpu.callback(callback, i, ctx, 0, 0, 0) != 0) {
        return i + 1L;
      }
    }
    return loops;
  }
}
