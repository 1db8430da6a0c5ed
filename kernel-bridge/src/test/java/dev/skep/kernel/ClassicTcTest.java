package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.AttachTarget.XdpMode;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkType;
import dev.skep.kernel.sys.Netlink;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs that are attached by rtnetlink: filters of the traffic control, and XDP. */
@KernelTest
class ClassicTcTest extends LinkTestBase {

  private static final int PASS = 0;
  private static final int DROP = 2;

  @Test
  void aFilterDropsIsReplacedAndRemoved() {
    try (var left = new NetworkNamespace();
        var right = new NetworkNamespace()) {
      Cable.connect(left, right);
      assertTrue(Cable.delivered(left, right));
      int ifindex = right.ifindex("v1");
      assertEquals(List.of(), right.call(() -> ClassicTc.filters(ifindex, true)));
      var place = new ClassicTc.Place(ifindex, true, 10, 3);
      try (var drop = load(counting(ProgramType.SCHED_CLS, DROP));
          var pass = load(counting(ProgramType.SCHED_CLS, PASS))) {
        ClassicTc.Filter filter = right.call(() -> ClassicTc.attach(drop, place));
        assertEquals(new ClassicTc.Filter(place, drop.info().id(), "counting", true), filter);
        assertFalse(Cable.delivered(left, right));
        assertTrue(count(drop) >= 1);
        var e =
            assertThrows(
                KernelCallException.class, () -> right.call(() -> ClassicTc.attach(pass, place)));
        assertEquals(Errno.EEXIST, e.errno());
        ClassicTc.Filter replaced = right.call(() -> ClassicTc.replace(filter, pass));
        assertEquals(pass.info().id(), replaced.programId());
        assertEquals(List.of(replaced), right.call(() -> ClassicTc.filters(ifindex, true)));
        assertTrue(Cable.delivered(left, right));
        assertTrue(count(pass) >= 1);
        right.call(
            () -> {
              ClassicTc.detach(replaced);
              return true;
            });
        assertEquals(List.of(), right.call(() -> ClassicTc.filters(ifindex, true)));
        // A priority and a handle of the kernel's choice, on the way out.
        ClassicTc.Filter chosen =
            right.call(() -> ClassicTc.attach(pass, new ClassicTc.Place(ifindex, false, 0, 0)));
        assertNotEquals(0, chosen.place().priority());
        assertNotEquals(0, chosen.place().handle());
        assertEquals(List.of("clsact"), right.call(() -> kinds(ifindex)));
        right.call(
            () -> {
              ClassicTc.removeClsact(ifindex);
              return true;
            });
        assertEquals(List.of(), right.call(() -> ClassicTc.filters(ifindex, false)));
      }
    }
  }

  private static List<String> kinds(int ifindex) {
    return ClassicTc.disciplines().getOrDefault(ifindex, List.of()).stream()
        .filter(kind -> kind.equals("clsact"))
        .toList();
  }

  @Test
  void whatTheKernelRefusesItSaysInWords() {
    try (var network = new NetworkNamespace();
        var program = load(counting(ProgramType.XDP, 2))) {
      var e =
          assertThrows(
              KernelCallException.class,
              () ->
                  network.call(
                      () -> ClassicTc.attach(program, new ClassicTc.Place(1, true, 1, 1))));
      assertEquals(Errno.EINVAL, e.errno());
      var absent =
          assertThrows(
              KernelCallException.class,
              () ->
                  network.call(
                      () -> ClassicTc.attach(program, new ClassicTc.Place(4711, true, 1, 1))));
      assertTrue(absent.getMessage().contains("device"), absent::getMessage);
    }
  }

  @Test
  void xdpWithoutALinkStaysUntilItIsRemoved() {
    try (var left = new NetworkNamespace();
        var right = new NetworkNamespace()) {
      Cable.connect(left, right);
      int ifindex = right.ifindex("v1");
      try (var drop = load(counting(ProgramType.XDP, 1));
          var other = load(counting(ProgramType.XDP, 2))) {
        right.call(() -> run(() -> NetworkDevice.setXdp(ifindex, drop, XdpMode.GENERIC, false)));
        assertFalse(Cable.delivered(left, right));
        assertEquals(
            Map.of(XdpMode.GENERIC, drop.info().id()), right.call(() -> device(ifindex)).xdp());
        assertEquals("v1", right.call(() -> device(ifindex)).name());
        var e =
            assertThrows(
                KernelCallException.class,
                () ->
                    right.call(
                        () ->
                            run(
                                () ->
                                    NetworkDevice.setXdp(ifindex, other, XdpMode.GENERIC, false))));
        assertEquals(Errno.EBUSY, e.errno());
        assertTrue(e.reason().length() > 5, e::getMessage); // the kernel's own words
        right.call(() -> run(() -> NetworkDevice.removeXdp(ifindex, XdpMode.GENERIC)));
        assertEquals(Map.of(), right.call(() -> device(ifindex)).xdp());
        assertTrue(Cable.delivered(left, right));
      }
    }
  }

  private static boolean run(Runnable work) {
    work.run();
    return true;
  }

  private static NetworkDevice device(int ifindex) {
    return NetworkDevice.all().stream()
        .filter(d -> d.ifindex() == ifindex)
        .findFirst()
        .orElseThrow();
  }

  /** A pair of netkit devices, where packets pass a program before they change sides. */
  @Test
  void netkitRunsItsPrograms() {
    needs(6, 7, "netkit");
    try (var network = new NetworkNamespace();
        var drop = load(attachedAs(counting(ProgramType.SCHED_CLS, DROP), null, null))) {
      try {
        network.call(() -> run(() -> NetworkDevice.add("skep0", "netkit", new Netlink.Message())));
      } catch (KernelCallException e) {
        // A kernel without CONFIG_NETKIT: it knows no device of this kind.
        assertEquals(Errno.EOPNOTSUPP, e.errno(), e::getMessage);
        return;
      }
      int ifindex = network.ifindex("skep0");
      network.command("ip", "addr", "add", "10.8.8.1/24", "dev", "skep0");
      network.command("ip", "link", "set", "skep0", "up");
      try (KernelLink link =
          network.call(
              () ->
                  drop.attach(
                      new AttachTarget.Netkit(ifindex, true, AttachTarget.Position.LAST)))) {
        assertEquals(LinkType.NETKIT, link.info().type());
        assertEquals("netkit_primary", link.info().details().get("attach_type"));
        assertEquals(
            1,
            network
                .call(
                    () ->
                        DirectAttachment.query(
                            new AttachPoint.Device(ifindex),
                            dev.skep.catalog.AttachType.NETKIT_PRIMARY,
                            false))
                .programs()
                .size());
      }
    }
  }
}
