package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.CStruct;
import dev.skep.kernel.sys.Netlink;
import dev.skep.kernel.sys.Netlink.Message;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Programs as filters of the traffic control, by rtnetlink: the way before tcx (Linux 4.5, {@code
 * clsact}; direct action). All methods work in the network namespace of the calling thread. Needs
 * CAP_NET_ADMIN.
 *
 * <p>Such a filter stays until it is detached or the device goes away: no descriptor holds it.
 */
public final class ClassicTc {

  private static final CStruct TCMSG =
      CStruct.of(
          "tcmsg", "u8 tcm_family, s32 tcm_ifindex, u32 tcm_handle, u32 tcm_parent, u32 tcm_info");
  private static final int TCMSG_BYTES = 20;

  private static final int CLSACT = 0xffff_fff1;
  private static final int CLSACT_HANDLE = 0xffff_0000;
  private static final int INGRESS = 0xffff_fff2;
  private static final int EGRESS = 0xffff_fff3;
  private static final int ETH_P_ALL_NETWORK_ORDER = 0x0300;

  private static final int TCA_KIND = 1;
  private static final int TCA_OPTIONS = 2;
  private static final int TCA_BPF_FD = 6;
  private static final int TCA_BPF_NAME = 7;
  private static final int TCA_BPF_FLAGS = 8;
  private static final int TCA_BPF_ID = 11;
  private static final int FLAG_DIRECT_ACTION = 1;

  private ClassicTc() {}

  /**
   * Where a filter is.
   *
   * @param priority a lower one runs first; 0 lets the kernel choose
   * @param handle its number among those of the priority; 0 lets the kernel choose
   */
  public record Place(int ifindex, boolean ingress, int priority, int handle) {}

  /**
   * A filter.
   *
   * @param name as given when it was attached
   * @param directAction whether the program's result is the verdict
   */
  public record Filter(Place place, int programId, String name, boolean directAction) {}

  /**
   * Attaches a program, whose result is the verdict. Adds the {@code clsact} queueing discipline if
   * the device has none.
   *
   * @throws KernelCallException {@code EEXIST} if priority and handle are in use
   */
  public static Filter attach(KernelProgram program, Place place) {
    return attach(program, place, Netlink.F_EXCL);
  }

  /** Puts a program in the place of a filter. */
  public static Filter replace(Filter filter, KernelProgram program) {
    return attach(program, filter.place(), Netlink.F_REPLACE);
  }

  private static Filter attach(KernelProgram program, Place place, int existing) {
    int id = program.info().id();
    List<Filter> before = filters(place.ifindex(), place.ingress());
    int fd = program.fd().acquire();
    try (var netlink = new Netlink()) {
      addClsact(netlink, place.ifindex());
      netlink.request(
          "attaching a tc filter",
          Netlink.RTM_NEWTFILTER,
          Netlink.F_CREATE | existing,
          filterMessage(place)
              .text(TCA_KIND, "bpf")
              .nested(
                  TCA_OPTIONS,
                  new Message()
                      .u32(TCA_BPF_FD, fd)
                      .text(TCA_BPF_NAME, program.name())
                      .u32(TCA_BPF_FLAGS, FLAG_DIRECT_ACTION)));
    } finally {
      program.fd().release();
    }
    return filters(place.ifindex(), place.ingress()).stream()
        .filter(f -> f.programId() == id && !before.contains(f))
        .filter(f -> place.priority() == 0 || f.place().priority() == place.priority())
        .filter(f -> place.handle() == 0 || f.place().handle() == place.handle())
        .findFirst()
        .orElseGet(() -> new Filter(place, id, program.name(), true));
  }

  private static void addClsact(Netlink netlink, int ifindex) {
    try {
      netlink.request(
          "adding clsact to device " + ifindex,
          Netlink.RTM_NEWQDISC,
          Netlink.F_CREATE | Netlink.F_EXCL,
          message(ifindex, CLSACT_HANDLE, CLSACT, 0).text(TCA_KIND, "clsact"));
    } catch (KernelCallException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** Removes a filter; {@code ENOENT} if it is gone. */
  public static void detach(Filter filter) {
    try (var netlink = new Netlink()) {
      netlink.request(
          "detaching a tc filter",
          Netlink.RTM_DELTFILTER,
          0,
          filterMessage(filter.place()).text(TCA_KIND, "bpf"));
    }
  }

  /** Removes the device's {@code clsact}, with all filters of both directions. */
  public static void removeClsact(int ifindex) {
    try (var netlink = new Netlink()) {
      netlink.request(
          "removing clsact of device " + ifindex,
          Netlink.RTM_DELQDISC,
          0,
          message(ifindex, CLSACT_HANDLE, CLSACT, 0).text(TCA_KIND, "clsact"));
    }
  }

  /** The BPF filters of a device's direction, in the order in which they run. */
  public static List<Filter> filters(int ifindex, boolean ingress) {
    try (var netlink = new Netlink()) {
      var filters = new ArrayList<Filter>();
      List<Netlink.Answer> answers;
      try {
        answers =
            netlink.dump(
                "listing tc filters",
                Netlink.RTM_GETTFILTER,
                message(ifindex, 0, ingress ? INGRESS : EGRESS, 0),
                TCMSG_BYTES);
      } catch (KernelCallException e) {
        if (e.errno() == Errno.EINVAL) {
          return List.of(); // no clsact
        }
        throw e;
      }
      for (Netlink.Answer answer : answers) {
        Map<Integer, byte[]> options = answer.nested(TCA_OPTIONS);
        if (answer.text(TCA_KIND).equals("bpf") && options.containsKey(TCA_BPF_ID)) {
          byte[] name = options.getOrDefault(TCA_BPF_NAME, new byte[0]);
          filters.add(
              new Filter(
                  new Place(
                      answer.fixedInt(4), ingress, answer.fixedInt(16) >>> 16, answer.fixedInt(8)),
                  Netlink.u32(options.get(TCA_BPF_ID)),
                  new String(name, java.nio.charset.StandardCharsets.UTF_8).replace("\0", ""),
                  (Netlink.u32(options.get(TCA_BPF_FLAGS)) & FLAG_DIRECT_ACTION) != 0));
        }
      }
      return filters;
    }
  }

  private static Message filterMessage(Place place) {
    return message(
        place.ifindex(),
        place.handle(),
        place.ingress() ? INGRESS : EGRESS,
        place.priority() << 16 | ETH_P_ALL_NETWORK_ORDER);
  }

  private static Message message(int ifindex, int handle, int parent, int info) {
    try (Arena arena = Arena.ofConfined()) {
      Block fixed =
          Block.of(arena, TCMSG)
              .set("tcm_ifindex", ifindex)
              .set("tcm_handle", Integer.toUnsignedLong(handle))
              .set("tcm_parent", Integer.toUnsignedLong(parent))
              .set("tcm_info", Integer.toUnsignedLong(info));
      return new Message().fixed(fixed, TCMSG_BYTES);
    }
  }

  /** The kinds of queueing disciplines of each device, such as {@code clsact}. */
  static Map<Integer, List<String>> disciplines() {
    var all = new LinkedHashMap<Integer, List<String>>();
    try (var netlink = new Netlink()) {
      for (Netlink.Answer answer :
          netlink.dump(
              "listing queueing disciplines",
              Netlink.RTM_GETQDISC,
              message(0, 0, 0, 0),
              TCMSG_BYTES)) {
        all.computeIfAbsent(answer.fixedInt(4), k -> new ArrayList<>()).add(answer.text(TCA_KIND));
      }
    }
    return all;
  }
}
