package dev.skep.runtime.helper;

import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Region;
import dev.skep.runtime.map.BpfMap;

/** Helpers on packets: read and write, move the ends, checksums, redirection. */
final class PacketHelpers {

  private static final int ETHERNET_HEADER = 14;
  private static final int MAX_GROWTH = 4096;

  private PacketHelpers() {}

  static void register() {
    Helpers.add(9, "bpf_skb_store_bytes", PacketHelpers::storeBytes);
    Helpers.add(10, "bpf_l3_csum_replace", PacketHelpers::l3CsumReplace);
    Helpers.add(11, "bpf_l4_csum_replace", PacketHelpers::l4CsumReplace);
    Helpers.add(
        13,
        "bpf_clone_redirect",
        (cpu, ctx, i, f, d, e) -> redirect(cpu, "bpf_clone_redirect", i, f, 0));
    Helpers.add(23, "bpf_redirect", PacketHelpers::redirect);
    Helpers.add(26, "bpf_skb_load_bytes", PacketHelpers::loadBytes);
    Helpers.add(28, "bpf_csum_diff", PacketHelpers::csumDiff);
    Helpers.add(34, "bpf_get_hash_recalc", (cpu, ctx, b, c, d, e) -> Access.load32(cpu, ctx + 68));
    Helpers.add(39, "bpf_skb_pull_data", PacketHelpers::pullData);
    Helpers.add(44, "bpf_xdp_adjust_head", PacketHelpers::adjustHead);
    Helpers.add(51, "bpf_redirect_map", PacketHelpers::redirectMap);
    Helpers.add(54, "bpf_xdp_adjust_meta", PacketHelpers::adjustMeta);
    Helpers.add(65, "bpf_xdp_adjust_tail", PacketHelpers::adjustTail);
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
      return -Errno.EFAULT;
    }
    System.arraycopy(packet.buffer(), packet.dataOffset() + (int) from, target.bytes(), at, length);
    return 0;
  }

  private static long storeBytes(Cpu cpu, long ctx, long offset, long from, long size, long flags) {
    int length = MapHelpers.size(size);
    Region source = Access.check(cpu, from, length);
    Context packet = cpu.context();
    if ((flags & ~3L) != 0) {
      return -Errno.EINVAL;
    }
    long to = offset & 0xffff_ffffL;
    if (to > 0xffff || outside(packet, to, length)) {
      return -Errno.EFAULT;
    }
    System.arraycopy(
        source.bytes(),
        (int) from - source.base(),
        packet.buffer(),
        packet.dataOffset() + (int) to,
        length);
    if ((flags & 2) != 0) {
      Access.INT.set(packet.bytes(), 68, 0);
    }
    return 0;
  }

  private static long pullData(Cpu cpu, long ctx, long size, long c, long d, long e) {
    return (size & 0xffff_ffffL) > cpu.context().length() ? -Errno.ENOMEM : 0;
  }

  private static long adjustHead(Cpu cpu, long ctx, long change, long c, long d, long e) {
    Context packet = cpu.context();
    int delta = (int) change;
    int metaLength = packet.dataOffset() - packet.metaOffset();
    long data = (long) packet.dataOffset() + delta;
    // The frame's own record takes the first 40 bytes of the headroom.
    if (data < 40 + metaLength || data > packet.buffer().length - ETHERNET_HEADER) {
      return -Errno.EINVAL;
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
      return meta < 40 || length < 0 ? -Errno.EINVAL : -13;
    }
    packet.move(packet.dataOffset(), (int) meta);
    return 0;
  }

  private static long adjustTail(Cpu cpu, long ctx, long change, long c, long d, long e) {
    Context packet = cpu.context();
    int delta = (int) change;
    long length = (long) packet.length() + delta;
    if (length < ETHERNET_HEADER || length > MAX_GROWTH - Context.HEADROOM - 320) {
      return -Errno.EINVAL;
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
    Access.INT.set(bytes, 0, (int) key);
    long value = map.lookup(cpu, bytes, 0);
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
    for (int i = 0; i < size; i += 4) {
      sum += Access.load32(cpu, address + i);
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
    long old = fromSize & 0xffff_ffffL;
    long now = toSize & 0xffff_ffffL;
    if (((old | now) & 3) != 0 || old > 512 || now > 512) {
      return -Errno.EINVAL;
    }
    long sum = seed & 0xffff_ffffL;
    if (now > 0) {
      sum += sum(cpu, to, (int) now);
    }
    if (old > 0) {
      sum += ~fold32(sum(cpu, from, (int) old)) & 0xffff_ffffL;
    }
    return fold16(fold32(sum));
  }

  private static long l3CsumReplace(
      Cpu cpu, long ctx, long offset, long from, long to, long flags) {
    if ((flags & ~0xfL) != 0) {
      return -Errno.EINVAL;
    }
    return replace(cpu, offset, from, to, (int) (flags & 0xf), false);
  }

  private static long l4CsumReplace(
      Cpu cpu, long ctx, long offset, long from, long to, long flags) {
    if ((flags & ~0x3fL & ~0x40L & ~0x20L) != 0) {
      return -Errno.EINVAL;
    }
    return replace(cpu, offset, from, to, (int) (flags & 0xf), (flags & 0x20) != 0);
  }

  private static long replace(
      Cpu cpu, long offset, long from, long to, int size, boolean zeroMeansNone) {
    Context packet = cpu.context();
    long at = offset & 0xffff_ffffL;
    if (at > 0xffff || (at & 1) != 0 || outside(packet, at, 2)) {
      return -Errno.EFAULT;
    }
    long mask =
        switch (size) {
          case 0, 4 -> 0xffff_ffffL;
          case 2 -> 0xffffL;
          default -> -1;
        };
    if (mask < 0 || size == 0 && from != 0) {
      return -Errno.EINVAL;
    }
    int index = packet.dataOffset() + (int) at;
    int check = (short) Access.SHORT.get(packet.buffer(), index) & 0xffff;
    if (zeroMeansNone && check == 0) {
      return 0;
    }
    long sum = (~check & 0xffff) + (~from & mask) + (to & mask);
    int result = ~fold16(fold32(sum)) & 0xffff;
    if (zeroMeansNone && result == 0) {
      result = 0xffff;
    }
    Access.SHORT.set(packet.buffer(), index, (short) result);
    return 0;
  }
}
