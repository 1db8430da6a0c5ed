package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.RingBuffer;
import dev.skep.runtime.map.UserRingBuffer;
import dev.skep.runtime.memory.Region;
import java.util.Map;

/**
 * Dynptrs: {@code struct bpf_dynptr} is 16 bytes in the program's memory that only these functions
 * look into.
 *
 * <pre>
 *  0        8                12       16
 * | address | size, kind, r/o | offset |      kind in bits 28-30 of the size, read-only in bit 31
 * </pre>
 *
 * An address of 0 is a null dynptr. For packets the address is 1: their data move.
 */
final class DynptrHelpers {

  private static final int READ_ONLY = 1 << 31;
  private static final int KIND_SHIFT = 28;
  private static final int SIZE_MASK = (1 << 24) - 1;
  private static final int LOCAL = 1;
  private static final int RINGBUF = 2;
  private static final int PACKET = 3;

  private DynptrHelpers() {}

  static void register() {
    Helpers.add("bpf_dynptr_from_mem", DynptrHelpers::fromMemory);
    Helpers.add("bpf_ringbuf_reserve_dynptr", DynptrHelpers::reserve);
    Helpers.add("bpf_ringbuf_submit_dynptr", (cpu, p, f, c, d, e) -> commit(cpu, p, false));
    Helpers.add("bpf_ringbuf_discard_dynptr", (cpu, p, f, c, d, e) -> commit(cpu, p, true));
    Helpers.add("bpf_dynptr_read", DynptrHelpers::read);
    Helpers.add("bpf_dynptr_write", DynptrHelpers::write);
    Helpers.add("bpf_dynptr_data", DynptrHelpers::data);
    Helpers.add("bpf_user_ringbuf_drain", DynptrHelpers::drain);
  }

  static void kfuncs(Map<String, Helper> all) {
    all.put("bpf_dynptr_from_skb", DynptrHelpers::fromPacket);
    all.put("bpf_dynptr_from_xdp", DynptrHelpers::fromPacket);
    all.put("bpf_dynptr_slice", (cpu, p, at, buffer, size, e) -> slice(cpu, p, at, size));
    all.put(
        "bpf_dynptr_slice_rdwr",
        (cpu, p, at, buffer, size, e) -> readOnly(cpu, p) ? 0 : slice(cpu, p, at, size));
    all.put("bpf_dynptr_adjust", DynptrHelpers::adjust);
    all.put("bpf_dynptr_is_null", (cpu, p, b, c, d, e) -> base(cpu, p) == 0 ? 1 : 0);
    all.put(
        "bpf_dynptr_is_rdonly",
        (cpu, p, b, c, d, e) -> base(cpu, p) != 0 && readOnly(cpu, p) ? 1 : 0);
    all.put(
        "bpf_dynptr_size",
        (cpu, p, b, c, d, e) -> base(cpu, p) == 0 ? Errno.EINVAL.negated() : size(cpu, p));
    all.put("bpf_dynptr_clone", DynptrHelpers::copyOf);
    all.put("bpf_dynptr_copy", DynptrHelpers::copy);
    all.put("bpf_dynptr_memset", DynptrHelpers::fill);
  }

  private static long base(Cpu cpu, long dynptr) {
    return Access.load64(cpu, dynptr);
  }

  private static int size(Cpu cpu, long dynptr) {
    return (int) Access.load32(cpu, dynptr + 8) & SIZE_MASK;
  }

  private static int kind(Cpu cpu, long dynptr) {
    return (int) Access.load32(cpu, dynptr + 8) >>> KIND_SHIFT & 7;
  }

  private static boolean readOnly(Cpu cpu, long dynptr) {
    return ((int) Access.load32(cpu, dynptr + 8) & READ_ONLY) != 0;
  }

  private static int offset(Cpu cpu, long dynptr) {
    return (int) Access.load32(cpu, dynptr + 12);
  }

  /** Where the first byte is now. */
  private static long start(Cpu cpu, long dynptr) {
    long base = base(cpu, dynptr);
    if (kind(cpu, dynptr) == PACKET) {
      base = (long) Cpu.PACKET_BASE + cpu.context().dataOffset();
    }
    return base + Integer.toUnsignedLong(offset(cpu, dynptr));
  }

  private static void set(Cpu cpu, long dynptr, long base, int kind, long size) {
    Access.store64(cpu, dynptr, base);
    Access.store32(cpu, dynptr + 8, base == 0 ? 0 : size | (long) kind << KIND_SHIFT);
    Access.store32(cpu, dynptr + 12, 0);
  }

  private static long fromMemory(Cpu cpu, long data, long size, long flags, long p, long e) {
    long bytes = size & 0xffff_ffffL;
    int error = bytes > SIZE_MASK ? Errno.E2BIG.negated() : flags != 0 ? Errno.EINVAL.negated() : 0;
    if (error == 0) {
      Access.check(cpu, data, (int) bytes);
    }
    set(cpu, p, error == 0 ? data : 0, LOCAL, bytes);
    return error;
  }

  private static long fromPacket(Cpu cpu, long ctx, long flags, long p, long d, long e) {
    Context packet = cpu.context();
    set(cpu, p, flags == 0 ? 1 : 0, PACKET, packet.length());
    return flags == 0 ? 0 : Errno.EINVAL.negated();
  }

  private static RingBuffer ring(Cpu cpu, long m) {
    if (MapHelpers.map(cpu, m) instanceof RingBuffer ring) {
      return ring;
    }
    throw new Trap.Signal(Reason.HELPER, m, "", "the map is no ring buffer");
  }

  private static long reserve(Cpu cpu, long m, long size, long flags, long p, long e) {
    RingBuffer ring = ring(cpu, m);
    long bytes = size & 0xffff_ffffL;
    if (flags != 0 || bytes > SIZE_MASK) {
      set(cpu, p, 0, RINGBUF, 0);
      return flags != 0 ? Errno.EINVAL.negated() : Errno.E2BIG.negated();
    }
    long record = ring.reserve(bytes, 0);
    set(cpu, p, record, RINGBUF, bytes);
    return record == 0 ? Errno.EINVAL.negated() : 0;
  }

  private static long commit(Cpu cpu, long p, boolean discard) {
    long base = base(cpu, p);
    if (base != 0) {
      MapHelpers.commit(cpu, base, discard);
      set(cpu, p, 0, RINGBUF, 0);
    }
    return 0;
  }

  private static boolean outside(int size, long offset, long length) {
    return offset > size || length > size - offset;
  }

  private static long read(Cpu cpu, long to, long length, long p, long offset, long flags) {
    if (base(cpu, p) == 0 || flags != 0) {
      return Errno.EINVAL.negated();
    }
    long count = length & 0xffff_ffffL;
    long at = offset & 0xffff_ffffL;
    if (outside(size(cpu, p), at, count)) {
      return Errno.E2BIG.negated();
    }
    move(cpu, start(cpu, p) + at, to, (int) count);
    return 0;
  }

  /** As {@code memmove}. */
  private static void move(Cpu cpu, long from, long to, int count) {
    Region source = Access.check(cpu, from, count);
    Region target = Access.checkWrite(cpu, to, count);
    System.arraycopy(
        source.bytes(),
        (int) from - source.base(),
        target.bytes(),
        (int) to - target.base(),
        count);
  }

  private static long write(Cpu cpu, long p, long offset, long from, long length, long flags) {
    if (base(cpu, p) == 0 || readOnly(cpu, p)) {
      return Errno.EINVAL.negated();
    }
    long count = length & 0xffff_ffffL;
    long at = offset & 0xffff_ffffL;
    boolean skb = kind(cpu, p) == PACKET && cpu.context().layout() == Context.Layout.SKB;
    if (outside(size(cpu, p), at, count)) {
      return Errno.E2BIG.negated();
    }
    if ((flags & ~(skb ? 3L : 0L)) != 0) {
      return Errno.EINVAL.negated();
    }
    move(cpu, from, start(cpu, p) + at, (int) count);
    return 0;
  }

  private static long data(Cpu cpu, long p, long offset, long length, long d, long e) {
    if (base(cpu, p) == 0
        || readOnly(cpu, p)
        || kind(cpu, p) == PACKET
        || outside(size(cpu, p), offset & 0xffff_ffffL, length & 0xffff_ffffL)) {
      return 0;
    }
    return start(cpu, p) + (offset & 0xffff_ffffL);
  }

  private static long slice(Cpu cpu, long p, long offset, long length) {
    // Packets of a machine are in one piece: the buffer is never needed.
    if (base(cpu, p) == 0 || outside(size(cpu, p), offset & 0xffff_ffffL, length & 0xffff_ffffL)) {
      return 0;
    }
    return start(cpu, p) + (offset & 0xffff_ffffL);
  }

  private static long adjust(Cpu cpu, long p, long start, long end, long d, long e) {
    long from = start & 0xffff_ffffL;
    long to = end & 0xffff_ffffL;
    if (base(cpu, p) == 0 || from > to) {
      return Errno.EINVAL.negated();
    }
    int size = size(cpu, p);
    if (from > size || to > size) {
      return Errno.ERANGE.negated();
    }
    long kept = Access.load32(cpu, p + 8) & ~(long) SIZE_MASK;
    Access.store32(cpu, p + 8, kept | to - from);
    Access.store32(cpu, p + 12, offset(cpu, p) + from);
    return 0;
  }

  private static long copyOf(Cpu cpu, long p, long clone, long c, long d, long e) {
    move(cpu, p, clone, 16);
    return base(cpu, p) == 0 ? Errno.EINVAL.negated() : 0;
  }

  private static long copy(Cpu cpu, long to, long toAt, long from, long fromAt, long length) {
    if (base(cpu, to) == 0 || base(cpu, from) == 0 || readOnly(cpu, to)) {
      return Errno.EINVAL.negated();
    }
    long target = toAt & 0xffff_ffffL;
    long source = fromAt & 0xffff_ffffL;
    long count = length & 0xffff_ffffL;
    if (outside(size(cpu, to), target, count) || outside(size(cpu, from), source, count)) {
      return Errno.E2BIG.negated();
    }
    move(cpu, start(cpu, from) + source, start(cpu, to) + target, (int) count);
    return 0;
  }

  private static long fill(Cpu cpu, long p, long offset, long length, long value, long e) {
    if (base(cpu, p) == 0 || readOnly(cpu, p)) {
      return Errno.EINVAL.negated();
    }
    long at = offset & 0xffff_ffffL;
    long count = length & 0xffff_ffffL;
    if (outside(size(cpu, p), at, count)) {
      return Errno.E2BIG.negated();
    }
    for (long i = 0; i < count; i++) {
      Access.store8(cpu, start(cpu, p) + at + i, value);
    }
    return 0;
  }

  private static long drain(Cpu cpu, long m, long callback, long ctx, long flags, long e) {
    BpfMap map = MapHelpers.map(cpu, m);
    if (!(map instanceof UserRingBuffer ring)) {
      throw new Trap.Signal(Reason.HELPER, m, "", "the map is no user ring buffer");
    }
    if ((flags & ~3L) != 0) {
      return Errno.EINVAL.negated();
    }
    if (!ring.startDrain()) {
      return Errno.EBUSY.negated();
    }
    Region pointer = cpu.lend("dynptr", new byte[16], true);
    long done = 0;
    try {
      while (done < UserRingBuffer.MAX_SAMPLES) {
        byte[] record = ring.poll();
        if (record == null) {
          break;
        }
        Region memory = cpu.lend("record", record, false);
        try {
          set(cpu, pointer.address(), memory.address(), LOCAL, record.length | READ_ONLY);
          done++;
          if (cpu.callback(callback, pointer.address(), ctx, 0, 0, 0) != 0) {
            break;
          }
        } finally {
          cpu.takeBack(memory);
        }
      }
    } finally {
      cpu.takeBack(pointer);
      ring.endDrain();
    }
    return done;
  }
}
