package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.AttachTarget.Position;
import dev.skep.kernel.AttachTarget.XdpMode;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkType;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that really run because packets come and sockets connect. */
@KernelTest
class NetworkLinkTest extends LinkTestBase {

  @Test
  void anXdpFirewallDropsAndCountsRealPackets() {
    try (var left = new NetworkNamespace();
        var right = new NetworkNamespace()) {
      Cable.connect(left, right);
      assertTrue(Cable.delivered(left, right));
      int ifindex = right.ifindex("v1");
      try (var drop = load(counting(ProgramType.XDP, 1));
          KernelLink link =
              right.call(() -> drop.attach(new AttachTarget.Xdp(ifindex, XdpMode.GENERIC)))) {
        assertEquals(LinkType.XDP, link.info().type());
        assertEquals((long) ifindex, link.info().details().get("ifindex"));
        assertEquals(false, Cable.delivered(left, right));
        assertTrue(count(drop) >= 1);
        try (var pass = load(counting(ProgramType.XDP, 2))) {
          link.update(pass, drop);
          assertTrue(Cable.delivered(left, right));
          assertTrue(count(pass) >= 1);
          assertThrows(KernelCallException.class, () -> link.update(pass, drop));
        }
      }
      assertTrue(Cable.delivered(left, right));
    }
  }

  @Test
  void tcxProgramsRunInTheirOrder() {
    needs(6, 6, "tcx");
    try (var left = new NetworkNamespace();
        var right = new NetworkNamespace()) {
      Cable.connect(left, right);
      int ifindex = right.ifindex("v1");
      // -1 is TCX_NEXT, 2 is TCX_DROP
      try (var second = load(counting(ProgramType.SCHED_CLS, -1));
          var first = load(counting(ProgramType.SCHED_CLS, 2));
          KernelLink a =
              right.call(() -> second.attach(new AttachTarget.Tcx(ifindex, true, Position.LAST)))) {
        assertTrue(Cable.delivered(left, right));
        long seen = count(second);
        assertTrue(seen >= 1);
        try (KernelLink b =
            right.call(
                () ->
                    first.attach(
                        new AttachTarget.Tcx(ifindex, true, new Position(true, second, 0))))) {
          assertEquals("tcx_ingress", b.info().details().get("attach_type"));
          assertEquals(false, Cable.delivered(left, right));
          assertTrue(count(first) >= 1);
          b.detach();
          assertTrue(Cable.delivered(left, right));
        }
        assertEquals(LinkType.TCX, a.info().type());
      }
    }
  }

  /** Each packet's length goes through a ring buffer to user space, in the order of arrival. */
  @Test
  void tcxAccountsThroughARingBuffer() {
    needs(6, 6, "tcx");
    var code = new ArrayList<RawInstruction>();
    code.add(RawInstruction.of(0x61, 2, 1, 0, 0)); // r2 = skb->len
    code.add(RawInstruction.of(0x7b, 10, 2, -8, 0));
    code.addAll(Programs.map(1, 0));
    code.add(Programs.movReg(2, 10));
    code.add(RawInstruction.of(0x07, 2, 0, 0, -8));
    code.add(Programs.mov(3, 8));
    code.add(Programs.mov(4, 0));
    code.add(Programs.call(130)); // bpf_ringbuf_output(map, data, size, flags)
    code.add(RawInstruction.of(0xb4, 0, 0, 0, -1)); // TCX_NEXT
    code.add(Programs.exit());
    MapSpec ring = MapSpec.of("lengths", MapType.RINGBUF, 0, 0, 4096);
    try (var left = new NetworkNamespace();
        var right = new NetworkNamespace();
        var account = load(Programs.withMaps("account", ProgramType.SCHED_CLS, code, ring))) {
      Cable.connect(left, right);
      int ifindex = right.ifindex("v1");
      try (KernelLink link =
              right.call(() -> account.attach(new AttachTarget.Tcx(ifindex, true, Position.LAST)));
          RingBufferReader lengths = account.maps().values().iterator().next().ringBuffer()) {
        assertEquals(LinkType.TCX, link.info().type());
        assertTrue(Cable.delivered(left, right));
        var seen = new ArrayList<Long>();
        for (Bytes b = lengths.next(Duration.ofSeconds(2));
            b != null;
            b = lengths.next(Duration.ZERO)) {
          seen.add(b.littleEndian(0, 8));
        }
        // Ethernet, IPv4 and UDP headers, and three bytes.
        assertTrue(seen.contains(14L + 20 + 8 + 3), seen::toString);
      }
    }
  }

  @Test
  void aDeviceThatIsNoNetkitRefusesInWords() {
    needs(6, 7, "netkit");
    try (var left = new NetworkNamespace();
        var program = load(counting(ProgramType.SCHED_CLS, 0))) {
      int ifindex = left.ifindex("lo");
      var e =
          assertThrows(
              KernelCallException.class,
              () ->
                  left.call(
                      () -> program.attach(new AttachTarget.Netkit(ifindex, true, Position.LAST))));
      assertTrue(e.getMessage().startsWith("BPF_LINK_CREATE: E"), e.getMessage());
    }
  }

  @Test
  void directAttachmentsAreListedAndRemoved() throws IOException {
    Path own = cgroup("net");
    Files.createDirectory(own);
    var point = new AttachPoint.Cgroup(own);
    AttachType type = AttachType.CGROUP_INET4_CONNECT;
    try (var first = load(attachedAs(counting(ProgramType.CGROUP_SOCK_ADDR, 1), type, null));
        var second = load(attachedAs(counting(ProgramType.CGROUP_SOCK_ADDR, 1), type, null))) {
      DirectAttachment.attach(first, point, type, DirectAttachment.F_ALLOW_MULTI);
      DirectAttachment.attach(second, point, type, DirectAttachment.F_ALLOW_MULTI);
      AttachedPrograms attached = DirectAttachment.query(point, type, false);
      assertEquals(
          List.of(first.info().id(), second.info().id()),
          attached.programs().stream().map(AttachedPrograms.Entry::programId).toList());
      assertEquals(DirectAttachment.F_ALLOW_MULTI, attached.flags());
      DirectAttachment.detach(first, point, type);
      assertEquals(1, DirectAttachment.query(point, type, true).programs().size());
      var e =
          assertThrows(
              KernelCallException.class, () -> DirectAttachment.detach(first, point, type));
      assertTrue(e.getMessage().contains("not attached there"), e.getMessage());
      DirectAttachment.detach(second, point, type);
    } finally {
      Files.delete(own);
    }
    needs(6, 6, "tcx");
    try (var network = new NetworkNamespace();
        var program = load(counting(ProgramType.SCHED_CLS, -1));
        KernelLink link =
            network.call(() -> program.attach(new AttachTarget.Tcx(1, false, Position.FIRST)))) {
      var attached =
          network.call(
              () ->
                  DirectAttachment.query(new AttachPoint.Device(1), AttachType.TCX_EGRESS, false));
      assertEquals(
          List.of(new AttachedPrograms.Entry(program.info().id(), link.info().id())),
          attached.programs());
      assertTrue(attached.revision() > 0);
    }
  }

  @Test
  void aSocketMapRunsItsVerdictProgram() {
    needs(6, 10, "the link of socket maps");
    MapSpec sockets = MapSpec.of("sockets", dev.skep.catalog.MapType.SOCKMAP, 4, 4, 2);
    try (KernelMap map = kernel.createMap(sockets);
        var verdict =
            load(attachedAs(counting(ProgramType.SK_SKB, 1), AttachType.SK_SKB_VERDICT, null));
        KernelLink link =
            verdict.attach(new AttachTarget.SocketMap(map, AttachType.SK_SKB_VERDICT))) {
      assertEquals(LinkType.SOCKMAP, link.info().type());
      assertEquals((long) map.info().id(), link.info().details().get("map_id"));
      assertEquals(
          1,
          DirectAttachment.query(new AttachPoint.SocketMap(map), AttachType.SK_SKB_VERDICT, false)
              .programs()
              .size());
    }
  }

  @Test
  void aCgroupPolicyDeniesARealConnect() throws IOException {
    Path own = cgroup("net");
    Files.createDirectory(own);
    try (var network = new NetworkNamespace();
        var deny =
            load(
                attachedAs(
                    counting(ProgramType.CGROUP_SOCK_ADDR, 0),
                    AttachType.CGROUP_INET4_CONNECT,
                    null));
        KernelLink link =
            deny.attach(new AttachTarget.Cgroup(own, AttachType.CGROUP_INET4_CONNECT))) {
      assertEquals("cgroup_inet4_connect", link.info().details().get("attach_type"));
      String script =
          "echo $$ > %s/cgroup.procs; exec 3<>/dev/udp/127.0.0.1/9 || exit 0; echo connected"
              .formatted(own);
      String out = network.command("bash", "-c", script);
      assertTrue(out.contains("Operation not permitted"), out);
      assertEquals(1, count(deny));
      link.detach();
      assertTrue(network.command("bash", "-c", script).contains("connected"));
    } finally {
      Files.delete(own);
    }
  }

  @Test
  void networkNamespaceHooks() throws InterruptedException {
    try (var network = new NetworkNamespace();
        var lookup =
            load(attachedAs(counting(ProgramType.SK_LOOKUP, 1), AttachType.SK_LOOKUP, null))) {
      Path file = Path.of("/proc/self/task/" + network.tid() + "/ns/net");
      try (KernelLink link =
          lookup.attach(new AttachTarget.NetworkNamespace(file, AttachType.SK_LOOKUP))) {
        network.call(
            () -> {
              try (var socket = new DatagramSocket()) {
                socket.send(
                    new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), 4444));
              }
              return true;
            });
        assertTrue(count(lookup) >= 1);
        assertEquals(LinkType.NETNS, link.info().type());
      }
    }
  }

  @Test
  void netfilterSeesLocalPackets() {
    needs(6, 4, "the netfilter program type");
    try (var network = new NetworkNamespace();
        var accept =
            load(attachedAs(counting(ProgramType.NETFILTER, 1), AttachType.NETFILTER, null));
        KernelLink link =
            network.call(() -> accept.attach(new AttachTarget.Netfilter(2, 1, -128, false)))) {
      network.call(
          () -> {
            try (var socket = new DatagramSocket()) {
              socket.send(
                  new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), 4444));
            }
            return true;
          });
      assertTrue(count(accept) >= 1);
      assertEquals(-128L, link.info().details().get("priority"));
    }
  }
}
