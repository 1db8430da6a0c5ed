package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;

/**
 * Helpers on sockets, messages and routes. Sockets and routes come from the machine's {@link
 * dev.skep.runtime.Environment}; what is sent elsewhere is written down in the context.
 */
final class SocketHelpers {

  private static final int FIB_BYTES = 64;

  private SocketHelpers() {}

  static void register() {
    Helpers.add("bpf_sk_redirect_map", SocketHelpers::redirectSkb);
    Helpers.add("bpf_sock_map_update", SocketHelpers::none);
    Helpers.add("bpf_sock_ops_cb_flags_set", SocketHelpers::callbackFlags);
    Helpers.add("bpf_msg_redirect_map", SocketHelpers::redirectMessage);
    Helpers.add("bpf_msg_apply_bytes", SocketHelpers::none);
    Helpers.add("bpf_msg_cork_bytes", SocketHelpers::none);
    Helpers.add("bpf_msg_pull_data", SocketHelpers::pullMessage);
    Helpers.add("bpf_bind", SocketHelpers::bind);
    Helpers.add("bpf_fib_lookup", SocketHelpers::fibLookup);
    Helpers.add("bpf_sock_hash_update", SocketHelpers::none);
    Helpers.add("bpf_msg_redirect_hash", SocketHelpers::redirectMessage);
    Helpers.add("bpf_sk_redirect_hash", SocketHelpers::redirectSkb);
    Helpers.add("bpf_sk_select_reuseport", SocketHelpers::selectReuseport);
    Helpers.add("bpf_sk_lookup_tcp", (cpu, c, t, n, ns, f) -> find(cpu, true, t, n, ns, f));
    Helpers.add("bpf_sk_lookup_udp", (cpu, c, t, n, ns, f) -> find(cpu, false, t, n, ns, f));
    Helpers.add("bpf_sk_release", SocketHelpers::release);
    Helpers.add("bpf_sk_fullsock", (cpu, sk, b, c, d, e) -> sk);
    Helpers.add("bpf_tcp_sock", SocketHelpers::none);
    Helpers.add("bpf_get_listener_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_lookup_tcp", (cpu, c, t, n, ns, f) -> find(cpu, true, t, n, ns, f));
    Helpers.add("bpf_get_netns_cookie", (cpu, c, b, x, d, e) -> 1);
    Helpers.add("bpf_sk_assign", SocketHelpers::assign);
    Helpers.add("bpf_skc_to_tcp6_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_to_tcp_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_to_tcp_timewait_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_to_tcp_request_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_to_udp6_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_to_unix_sock", SocketHelpers::none);
    Helpers.add("bpf_skc_to_mptcp_sock", SocketHelpers::none);
  }

  /** No such socket, or nothing to do on a machine without a network. */
  private static long none(Cpu cpu, long a, long b, long c, long d, long e) {
    return 0;
  }

  private static long find(Cpu cpu, boolean tcp, long tuple, long size, long netns, long flags) {
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region source = Access.check(cpu, tuple, length);
    int at = (int) tuple - source.base();
    if (length != 12 && length != 36 || flags != 0) {
      return 0;
    }
    byte[] socket =
        cpu.machine()
            .environment()
            .socket(tcp, Arrays.copyOfRange(source.bytes(), at, at + length), netns);
    if (socket == null) {
      return 0;
    }
    long address = cpu.machine().objects().allocate("bpf_sock", socket.length);
    Region there = address == 0 ? null : cpu.region(address);
    if (there == null) {
      return 0;
    }
    System.arraycopy(socket, 0, there.bytes(), 0, socket.length);
    return address;
  }

  private static long release(Cpu cpu, long sk, long b, long c, long d, long e) {
    cpu.machine().objects().release(sk);
    return 0;
  }

  private static long fibLookup(Cpu cpu, long ctx, long params, long size, long flags, long e) {
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region region = Access.checkWrite(cpu, params, length);
    if (length < FIB_BYTES || (flags & ~0x3fL) != 0) {
      return Errno.EINVAL.negated();
    }
    int at = (int) params - region.base();
    byte[] structure = Arrays.copyOfRange(region.bytes(), at, at + FIB_BYTES);
    long result = cpu.machine().environment().fibLookup(structure, flags);
    System.arraycopy(structure, 0, region.bytes(), at, FIB_BYTES);
    return result;
  }

  private static long redirect(
      Cpu cpu, String helper, long m, long keyAddress, long keyValue, long flags) {
    BpfMap map = MapHelpers.map(cpu, m);
    if ((flags & ~1L) != 0) {
      return 0;
    }
    byte[] key = new byte[Math.max(map.keySize(), 4)];
    if (keyAddress != 0) {
      Region region = Access.check(cpu, keyAddress, map.keySize());
      System.arraycopy(region.bytes(), (int) keyAddress - region.base(), key, 0, map.keySize());
    } else {
      LittleEndian.INT.set(key, 0, (int) keyValue);
    }
    long value = map.lookup(cpu.number(), key, 0);
    if (value == 0) {
      return 0;
    }
    cpu.context()
        .redirect(new Context.Redirect(helper, Access.load32(cpu, value), flags, map.name()));
    return 1;
  }

  private static boolean isArray(Cpu cpu, long m) {
    return MapHelpers.map(cpu, m).type() == dev.skep.catalog.MapType.SOCKMAP;
  }

  private static long redirectSkb(Cpu cpu, long ctx, long m, long key, long flags, long e) {
    return isArray(cpu, m)
        ? redirect(cpu, "bpf_sk_redirect_map", m, 0, key, flags)
        : redirect(cpu, "bpf_sk_redirect_hash", m, key, 0, flags);
  }

  private static long redirectMessage(Cpu cpu, long ctx, long m, long key, long flags, long e) {
    return isArray(cpu, m)
        ? redirect(cpu, "bpf_msg_redirect_map", m, 0, key, flags)
        : redirect(cpu, "bpf_msg_redirect_hash", m, key, 0, flags);
  }

  private static long selectReuseport(Cpu cpu, long ctx, long m, long key, long flags, long e) {
    if (flags != 0) {
      return Errno.EINVAL.negated();
    }
    BpfMap map = MapHelpers.map(cpu, m);
    Region region = Access.check(cpu, key, map.keySize());
    long value = map.lookup(cpu.number(), region.bytes(), (int) key - region.base());
    if (value == 0) {
      return Errno.ENOENT.negated();
    }
    cpu.context()
        .redirect(
            new Context.Redirect(
                "bpf_sk_select_reuseport", Access.load32(cpu, value), flags, map.name()));
    return 0;
  }

  private static long assign(Cpu cpu, long ctx, long sk, long flags, long d, long e) {
    cpu.context().redirect(new Context.Redirect("bpf_sk_assign", sk, flags, ""));
    return 0;
  }

  private static long bind(Cpu cpu, long ctx, long address, long size, long d, long e) {
    Access.check(cpu, address, MapHelpers.size(size & 0xffff_ffffL));
    return (size & 0xffff_ffffL) < 16 ? Errno.EINVAL.negated() : 0;
  }

  /** The flags that exist: {@code BPF_SOCK_OPS_ALL_CB_FLAGS}; the others are given back. */
  private static long callbackFlags(Cpu cpu, long ctx, long flags, long c, long d, long e) {
    return flags & 0xffff_ffffL & ~0x7fL;
  }

  private static long pullMessage(Cpu cpu, long ctx, long start, long end, long flags, long e) {
    long from = start & 0xffff_ffffL;
    long to = end & 0xffff_ffffL;
    return flags != 0 || to <= from || to > cpu.context().length() ? Errno.EINVAL.negated() : 0;
  }
}
