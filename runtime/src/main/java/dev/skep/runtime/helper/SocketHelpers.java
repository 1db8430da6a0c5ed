package dev.skep.runtime.helper;

import dev.skep.runtime.Cpu;

/**
 * Helpers on sockets. A machine has one, the packet's own, which is neither TCP nor listening:
 * look-ups find nothing. Whoever needs more replaces these with {@code Machine.builder().helper}.
 */
final class SocketHelpers {

  private SocketHelpers() {}

  static void register() {
    Helpers.add(84, "bpf_sk_lookup_tcp", SocketHelpers::none);
    Helpers.add(85, "bpf_sk_lookup_udp", SocketHelpers::none);
    Helpers.add(86, "bpf_sk_release", SocketHelpers::none);
    Helpers.add(95, "bpf_sk_fullsock", (cpu, sk, b, c, d, e) -> sk);
    Helpers.add(96, "bpf_tcp_sock", SocketHelpers::none);
    Helpers.add(98, "bpf_get_listener_sock", SocketHelpers::none);
    Helpers.add(99, "bpf_skc_lookup_tcp", SocketHelpers::none);
  }

  private static long none(Cpu cpu, long a, long b, long c, long d, long e) {
    return 0;
  }
}
