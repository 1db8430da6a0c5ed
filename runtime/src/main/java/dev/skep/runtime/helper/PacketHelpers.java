package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;

/** Helpers on packets: read and write, move the ends, checksums, redirection. */
final class PacketHelpers {

  private static final int ETHERNET_HEADER = 14;
  private static final int FRAME = 4096;

  private PacketHelpers() {}

  static void register() {
    Helpers.add("bpf_skb_store_bytes", PacketHelpers::storeBytes);
    Helpers.add("bpf_l3_csum_replace", PacketHelpers::l3CsumReplace);
    Helpers.add("bpf_l4_csum_replace", PacketHelpers::l4CsumReplace);
    Helpers.add(
        "bpf_clone_redirect",
        (cpu, ctx, i, f, d, e) -> redirect(cpu, "bpf_clone_redirect", i, f, 0));
    Helpers.add("bpf_redirect", PacketHelpers::redirect);
    Helpers.add("bpf_skb_load_bytes", PacketHelpers::loadBytes);
    Helpers.add("bpf_csum_diff", PacketHelpers::csumDiff);
    Helpers.add("bpf_get_hash_recalc", (cpu, ctx, b, c, d, e) -> Access.load32(cpu, ctx + 68));
    Helpers.add("bpf_skb_pull_data", PacketHelpers::pullData);
    Helpers.add("bpf_xdp_adjust_head", PacketHelpers::adjustHead);
    Helpers.add("bpf_redirect_map", PacketHelpers::redirectMap);
    Helpers.add("bpf_xdp_adjust_meta", PacketHelpers::adjustMeta);
    Helpers.add("bpf_xdp_adjust_tail", PacketHelpers::adjustTail);
    Helpers.add("bpf_redirect_neigh", PacketHelpers::redirectNeighbour);
    Helpers.add(
        "bpf_redirect_peer",
        (cpu, index, flags, c, d, e) ->
            flags != 0 ? 2 : redirect(cpu, "bpf_redirect_peer", index, flags, 7));
    Helpers.add("bpf_check_mtu", PacketHelpers::checkMtu);
    Helpers.add("bpf_xdp_get_buff_len", (cpu, ctx, b, c, d, e) -> cpu.context().length());
    Helpers.add("bpf_xdp_load_bytes", PacketHelpers::xdpLoad);
    Helpers.add("bpf_xdp_store_bytes", PacketHelpers::xdpStore);
  }

  private static boolean outside(Context packet, long offset, long size) {
    return offset < 0 || size < 0 || offset > packet.length() || size > packet.length() - offset;
  }

  private static long loadBytes(Cpu cpu, long ctx, long offset, long to, long size, long e) {
    int length = MapHelpers.size(size);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    Context packet = cpu.context();
    long from = offset & 0xffff_ffffL;
    if (outside(packet, from, length)) {
      java.util.Arrays.fill(target.bytes(), at, at + length, (byte) 0);
      return Errno.EFAULT.negated();
    }
    System.arraycopy(packet.buffer(), packet.dataOffset() + (int) from, target.bytes(), at, length);
    return 0;
  }

  private static long storeBytes(Cpu cpu, long ctx, long offset, long from, long size, long flags) {
    int length = MapHelpers.size(size);
    Region source = Access.check(cpu, from, length);
    Context packet = cpu.context();
    if ((flags & ~3L) != 0) {
      return Errno.EINVAL.negated();
    }
    long to = offset & 0xffff_ffffL;
    if (to > Integer.MAX_VALUE || outside(packet, to, length)) {
      return Errno.EFAULT.negated();
    }
    System.arraycopy(
        source.bytes(),
        (int) from - source.base(),
        packet.buffer(),
        packet.dataOffset() + (int) to,
        length);
    if ((flags & 2) != 0) {
      LittleEndian.INT.set(packet.bytes(), 68, 0);
    }
    return 0;
  }

  /** -1 if an XDP packet has the range, otherwise the error. */
  private static long xdpRange(Context packet, long offset, long size) {
    if (offset > 0xffff || size > 0xffff) {
      return Errno.EFAULT.negated();
    }
    return offset + size > packet.length() ? Errno.EINVAL.negated() : 0;
  }

  private static long xdpLoad(Cpu cpu, long ctx, long offset, long to, long size, long e) {
    Context packet = cpu.context();
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region target = Access.checkWrite(cpu, to, length);
    long from = offset & 0xffff_ffffL;
    long error = xdpRange(packet, from, length);
    if (error == 0) {
      System.arraycopy(
          packet.buffer(),
          packet.dataOffset() + (int) from,
          target.bytes(),
          (int) to - target.base(),
          length);
    }
    return error;
  }

  private static long xdpStore(Cpu cpu, long ctx, long offset, long from, long size, long e) {
    Context packet = cpu.context();
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region source = Access.check(cpu, from, length);
    long to = offset & 0xffff_ffffL;
    long error = xdpRange(packet, to, length);
    if (error == 0) {
      System.arraycopy(
          source.bytes(),
          (int) from - source.base(),
          packet.buffer(),
          packet.dataOffset() + (int) to,
          length);
    }
    return error;
  }

  /** {@code bpf_check_mtu}: 0, 1 if the packet would need fragments, or an error. */
  private static long checkMtu(
      Cpu cpu, long ctx, long index, long lengthAt, long change, long flags) {
    Context packet = cpu.context();
    boolean xdp = packet.layout() == Context.Layout.XDP;
    if ((flags & ~1L) != 0 || xdp && flags != 0) {
      return Errno.EINVAL.negated();
    }
    if ((flags & 1) != 0 && ((int) change != 0 || Access.load32(cpu, lengthAt) != 0)) {
      return Errno.EINVAL.negated();
    }
    int mtu = cpu.machine().environment().mtu((int) index);
    if (mtu < 0) {
      return Errno.ENODEV.negated();
    }
    long asked = Access.load32(cpu, lengthAt);
    long length = asked != 0 ? asked + ETHERNET_HEADER : packet.length();
    Access.store32(cpu, lengthAt, mtu);
    length += (int) change;
    if (length < 0) {
      return Errno.EINVAL.negated();
    }
    return length <= mtu + ETHERNET_HEADER ? 0 : 1;
  }

  private static long redirectNeighbour(
      Cpu cpu, long index, long params, long size, long flags, long e) {
    if (size != 0 && size != 20 || flags != 0) {
      return 2;
    }
    return redirect(cpu, "bpf_redirect_neigh", index, flags, 7);
  }

  private static long pullData(Cpu cpu, long ctx, long size, long c, long d, long e) {
    return (size & 0xffff_ffffL) > cpu.context().length() ? Errno.ENOMEM.negated() : 0;
  }

  private static long adjustHead(Cpu cpu, long ctx, long change, long c, long d, long e) {
    Context packet = cpu.context();
    int delta = (int) change;
    int metaLength = packet.dataOffset() - packet.metaOffset();
    long data = (long) packet.dataOffset() + delta;
    // The frame's own record takes the first 40 bytes of the headroom.
    if (data < 40 + metaLength || data > packet.buffer().length - ETHERNET_HEADER) {
      return Errno.EINVAL.negated();
    }
    byte[] buffer = packet.buffer();
    System.arraycopy(buffer, packet.metaOffset(), buffer, (int) data - metaLength, metaLength);
    packet.move((int) data, (int) data - metaLength);
    return 0;
  }

  private static long adjustMeta(Cpu cpu, long ctx, long change, long c, long d, long e) {
    Context packet = cpu.context();
    long meta = (long) packet.metaOffset() + (int) change;
    long length = packet.dataOffset() - meta;
    if (meta < 40 || length < 0 || (length & 3) != 0 || length > 252) {
      return meta < 40 || length < 0 ? Errno.EINVAL.negated() : Errno.EACCES.negated();
    }
    packet.move(packet.dataOffset(), (int) meta);
    return 0;
  }

  private static long adjustTail(Cpu cpu, long ctx, long change, long c, long d, long e) {
    Context packet = cpu.context();
    int delta = (int) change;
    long length = (long) packet.length() + delta;
    // The frame is one page; its last 320 bytes are the kernel's.
    if (length < ETHERNET_HEADER || (long) packet.buffer().length + delta > FRAME - 320) {
      return Errno.EINVAL.negated();
    }
    packet.replace(
        java.util.Arrays.copyOf(packet.buffer(), packet.buffer().length + delta),
        packet.dataOffset(),
        packet.metaOffset());
    cpu.packetChanged();
    return 0;
  }

  private static long redirect(Cpu cpu, long index, long flags, long c, long d, long e) {
    boolean xdp = cpu.context().layout() == Context.Layout.XDP;
    if ((flags & (xdp ? ~0L : ~1L)) != 0) {
      return xdp ? 0 : 2;
    }
    return redirect(cpu, "bpf_redirect", index, flags, xdp ? 4 : 7);
  }

  private static long redirect(Cpu cpu, String helper, long index, long flags, long result) {
    cpu.context().redirect(new Context.Redirect(helper, index & 0xffff_ffffL, flags, ""));
    return result;
  }

  private static long redirectMap(Cpu cpu, long m, long key, long flags, long d, long e) {
    BpfMap map = MapHelpers.map(cpu, m);
    byte[] bytes = new byte[Math.max(map.keySize(), 4)];
    LittleEndian.INT.set(bytes, 0, (int) key);
    long value = map.lookup(cpu.number(), bytes, 0);
    if (value == 0 && (flags & 8) == 0) {
      // The low bits of the flags are the answer when there is no such entry.
      return flags & 3;
    }
    long target = value == 0 ? -1 : Access.load32(cpu, value);
    cpu.context().redirect(new Context.Redirect("bpf_redirect_map", target, flags, map.name()));
    return 4;
  }

  /** One's complement sum of 16-bit words in memory order, not folded. */
  private static long sum(Cpu cpu, long address, int size) {
    long sum = 0;
    int i = 0;
    for (; i + 4 <= size; i += 4) {
      sum += Access.load32(cpu, address + i);
    }
    for (; i < size; i++) {
      sum += Access.load8(cpu, address + i) << 8 * (i & 3);
    }
    return sum;
  }

  private static long fold32(long sum) {
    long folded = sum;
    while (folded >>> 32 != 0) {
      folded = (folded & 0xffff_ffffL) + (folded >>> 32);
    }
    return folded;
  }

  private static int fold16(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  private static long csumDiff(Cpu cpu, long from, long fromSize, long to, long toSize, long seed) {
    int old = MapHelpers.size(fromSize & 0xffff_ffffL);
    int now = MapHelpers.size(toSize & 0xffff_ffffL);
    long sum = seed & 0xffff_ffffL;
    if (now > 0) {
      sum += sum(cpu, to, now);
    }
    if (old > 0) {
      sum += ~fold32(sum(cpu, from, old)) & 0xffff_ffffL;
    }
    return fold16(fold32(sum));
  }

  private static long l3CsumReplace(
      Cpu cpu, long ctx, long offset, long from, long to, long flags) {
    if ((flags & ~0xfL) != 0) {
      return Errno.EINVAL.negated();
    }
    return replace(cpu, offset, from, to, (int) (flags & 0xf), false);
  }

  private static long l4CsumReplace(
      Cpu cpu, long ctx, long offset, long from, long to, long flags) {
    if ((flags & ~0x3fL & ~0x40L & ~0x20L) != 0) {
      return Errno.EINVAL.negated();
    }
    return replace(cpu, offset, from, to, (int) (flags & 0xf), (flags & 0x20) != 0);
  }

  private static long replace(
      Cpu cpu, long offset, long from, long to, int size, boolean zeroMeansNone) {
    Context packet = cpu.context();
    long at = offset & 0xffff_ffffL;
    if (at > 0xffff || (at & 1) != 0 || outside(packet, at, 2)) {
      return Errno.EFAULT.negated();
    }
    long mask =
        switch (size) {
          case 0, 4 -> 0xffff_ffffL;
          case 2 -> 0xffffL;
          default -> -1;
        };
    if (mask < 0 || size == 0 && from != 0) {
      return Errno.EINVAL.negated();
    }
    int index = packet.dataOffset() + (int) at;
    int check = (short) LittleEndian.SHORT.get(packet.buffer(), index) & 0xffff;
    if (zeroMeansNone && check == 0) {
      return 0;
    }
    long sum = (~check & 0xffff) + (~from & mask) + (to & mask);
    int result = ~fold16(fold32(sum)) & 0xffff;
    if (zeroMeansNone && result == 0) {
      result = 0xffff;
    }
    LittleEndian.SHORT.set(packet.buffer(), index, (short) result);
    return 0;
  }
}
