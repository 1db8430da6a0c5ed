package dev.skep.kernel;

import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.CStruct;
import dev.skep.kernel.sys.Netlink;
import dev.skep.kernel.sys.Netlink.Message;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network device, and the XDP programs on it however they came there, by rtnetlink in the network
 * namespace of the calling thread.
 *
 * @param xdp ids of its XDP programs by the mode that they run in
 */
public record NetworkDevice(int ifindex, String name, Map<AttachTarget.XdpMode, Integer> xdp) {

  private static final CStruct IFINFOMSG =
      CStruct.of(
          "ifinfomsg",
          "u8 ifi_family, u8 pad, u16 ifi_type, s32 ifi_index, u32 ifi_flags, u32 ifi_change");
  private static final int IFINFOMSG_BYTES = 16;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int IFLA_XDP = 43;
  private static final int IFLA_XDP_FD = 1;
  private static final int IFLA_XDP_ATTACHED = 2;
  private static final int IFLA_XDP_FLAGS = 3;
  private static final int IFLA_XDP_PROG_ID = 4;
  private static final int IFLA_XDP_NATIVE_ID = 5;
  private static final int IFLA_XDP_GENERIC_ID = 6;
  private static final int IFLA_XDP_HARDWARE_ID = 7;
  private static final int XDP_FLAGS_UPDATE_IF_NOEXIST = 1;

  public NetworkDevice {
    xdp = Map.copyOf(xdp);
  }

  /** All devices of the calling thread's network namespace. */
  public static List<NetworkDevice> all() {
    try (var netlink = new Netlink()) {
      var devices = new ArrayList<NetworkDevice>();
      for (Netlink.Answer answer :
          netlink.dump("listing devices", Netlink.RTM_GETLINK, message(0), IFINFOMSG_BYTES)) {
        devices.add(
            new NetworkDevice(
                answer.fixedInt(4), answer.text(IFLA_IFNAME), programs(answer.nested(IFLA_XDP))));
      }
      return devices;
    }
  }

  private static Map<AttachTarget.XdpMode, Integer> programs(Map<Integer, byte[]> xdp) {
    var programs = new LinkedHashMap<AttachTarget.XdpMode, Integer>();
    put(programs, AttachTarget.XdpMode.NATIVE, xdp.get(IFLA_XDP_NATIVE_ID));
    put(programs, AttachTarget.XdpMode.GENERIC, xdp.get(IFLA_XDP_GENERIC_ID));
    put(programs, AttachTarget.XdpMode.OFFLOADED, xdp.get(IFLA_XDP_HARDWARE_ID));
    int attached = Netlink.u32(xdp.get(IFLA_XDP_ATTACHED));
    if (programs.isEmpty() && attached != 0) {
      AttachTarget.XdpMode mode =
          switch (attached) {
            case 2 -> AttachTarget.XdpMode.GENERIC;
            case 3 -> AttachTarget.XdpMode.OFFLOADED;
            default -> AttachTarget.XdpMode.NATIVE;
          };
      put(programs, mode, xdp.get(IFLA_XDP_PROG_ID));
    }
    return programs;
  }

  private static void put(
      Map<AttachTarget.XdpMode, Integer> into, AttachTarget.XdpMode mode, byte @Nullable [] id) {
    if (id != null && Netlink.u32(id) != 0) {
      into.put(mode, Netlink.u32(id));
    }
  }

  /**
   * Puts an XDP program on a device without a link: it stays until it is removed or replaced.
   *
   * @param overwrite whether another program may be replaced; if not, {@code EBUSY} says that there
   *     is one
   */
  public static void setXdp(
      int ifindex, KernelProgram program, AttachTarget.XdpMode mode, boolean overwrite) {
    int fd = program.fd().acquire();
    try {
      xdp(
          "attaching XDP",
          ifindex,
          fd,
          mode.flag() | (overwrite ? 0 : XDP_FLAGS_UPDATE_IF_NOEXIST));
    } finally {
      program.fd().release();
    }
  }

  /** Removes a device's XDP program that was put there without a link. */
  public static void removeXdp(int ifindex, AttachTarget.XdpMode mode) {
    xdp("detaching XDP", ifindex, -1, mode.flag());
  }

  private static void xdp(String what, int ifindex, int fd, int flags) {
    try (var netlink = new Netlink()) {
      netlink.request(
          what + " of device " + ifindex,
          Netlink.RTM_SETLINK,
          0,
          message(ifindex)
              .nested(IFLA_XDP, new Message().u32(IFLA_XDP_FD, fd).u32(IFLA_XDP_FLAGS, flags)));
    }
  }

  private static Message message(int ifindex) {
    try (Arena arena = Arena.ofConfined()) {
      return new Message()
          .fixed(Block.of(arena, IFINFOMSG).set("ifi_index", ifindex), IFINFOMSG_BYTES);
    }
  }

  /** Adds a device of a kind, such as {@code netkit}, with the kind's own attributes. */
  static void add(String name, String kind, Message attributes) {
    try (var netlink = new Netlink()) {
      netlink.request(
          "adding device " + name,
          Netlink.RTM_NEWLINK,
          Netlink.F_CREATE | Netlink.F_EXCL,
          message(0)
              .text(IFLA_IFNAME, name)
              .nested(
                  IFLA_LINKINFO,
                  new Message().text(IFLA_INFO_KIND, kind).nested(IFLA_INFO_DATA, attributes)));
    }
  }
}
