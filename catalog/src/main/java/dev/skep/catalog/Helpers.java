package dev.skep.catalog;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's helper functions: {@code bpf_*} functions that a call instruction with src_reg 0
 * names by number. All prototypes are those of Linux 6.18.
 *
 * <p>An attach type of null is the kernel's 0, which some program types read as their default.
 */
public final class Helpers {

  /** The newest helper's number: new functions of the kernel are kfuncs. */
  public static final int LAST_ID = HelperTable.MAX_ID - 1;

  /** LSM hooks whose BPF_LSM_CGROUP programs may read and set socket options. */
  private static final Set<String> SOCKET_OPTION_HOOKS =
      Set.of(
          "sock_graft",
          "inet_csk_clone",
          "inet_conn_established",
          "socket_post_create",
          "socket_socketpair");

  private static final class Names {
    static final Map<String, Integer> IDS = new HashMap<>();

    static {
      for (int id = 1; id <= LAST_ID; id++) {
        String name = HelperTable.INSTANCE.names[id];
        if (name != null) {
          IDS.put(name, id);
        }
      }
    }
  }

  private Helpers() {}

  /** The most common prototype of a helper, or null for a number that 6.18 does not have. */
  public static @Nullable HelperPrototype byId(int id) {
    List<HelperPrototype> all = all(id);
    return all.isEmpty() ? null : all.getFirst();
  }

  /** The number of a helper named with or without {@code bpf_}; 0 if there is none. */
  public static int idOf(String name) {
    Integer id = Names.IDS.get(name.startsWith("bpf_") ? name.substring(4) : name);
    return id == null ? 0 : id;
  }

  /** The most common prototype of a helper named with or without {@code bpf_}. */
  public static @Nullable HelperPrototype byName(String name) {
    return byId(idOf(name));
  }

  /** The helper's name without {@code bpf_}; {@code unknown#N} for a number that is none. */
  public static String nameOf(int id) {
    String name = id < 0 || id > LAST_ID ? null : HelperTable.INSTANCE.names[id];
    return name == null ? "unknown#" + id : name;
  }

  /** All prototypes that a helper has in some program type; empty if there is no such helper. */
  public static List<HelperPrototype> all(int id) {
    return id < 0 || id > LAST_ID ? List.of() : HelperTable.INSTANCE.prototypes(id);
  }

  /**
   * The prototype of a helper for a program type and attach type, or null if such a program cannot
   * use it ({@code program of this type cannot use helper}).
   *
   * <p>For {@link ProgramType#EXT} ask for the type of the program that it replaces; for {@link
   * ProgramType#STRUCT_OPS} see {@link #structOpsPrototype}.
   */
  public static @Nullable HelperPrototype prototype(
      int id, ProgramType type, @Nullable AttachType attach) {
    if (type == ProgramType.STRUCT_OPS) {
      return structOpsPrototype(id, null);
    }
    return pick(id, row(type, attach));
  }

  /**
   * The prototype of a helper for a program that implements a member of a kernel structure, such as
   * {@code tcp_congestion_ops}; null if it cannot use it.
   */
  public static @Nullable HelperPrototype structOpsPrototype(int id, @Nullable String struct) {
    return pick(id, HelperTable.INSTANCE.structOpsRow(struct));
  }

  /**
   * The prototype of a helper for a program with a known attach target; null if it cannot use it.
   *
   * @param target for TRACING programs with {@code BPF_TRACE_ITER} the iterator's name, such as
   *     {@code tcp}; for struct_ops the structure's name; for LSM the hook's name without {@code
   *     bpf_lsm_}; null if it is not known
   */
  public static @Nullable HelperPrototype prototype(
      int id, ProgramType type, @Nullable AttachType attach, @Nullable String target) {
    if (type == ProgramType.STRUCT_OPS) {
      return structOpsPrototype(id, target);
    }
    if (target != null && attach == AttachType.LSM_CGROUP && isSocketOption(id)) {
      return SOCKET_OPTION_HOOKS.contains(target) ? prototype(id, type, attach) : null;
    }
    HelperPrototype prototype = prototype(id, type, attach);
    if (prototype == null && target != null && attach == AttachType.TRACE_ITER) {
      return pick(id, HelperTable.INSTANCE.iteratorRow(target));
    }
    return prototype;
  }

  /** {@code bpf_setsockopt} and {@code bpf_getsockopt}, which some attach targets cannot use. */
  public static boolean isSocketOption(int id) {
    return id == 49 || id == 57;
  }

  /**
   * Whether a kernel lets a program of a type name a helper, for a loader with all capabilities.
   *
   * <p>A kernel of each series that {@code helpers.txt} names was asked, and the answer is its. A
   * version between two of them has what the older one allows and lacks what the newer one refuses:
   * a release takes no helper away, except by a fix. Of the rest, some is dated by the history of
   * Linux; what is left is {@link Availability#UNKNOWN}, and so is what depends on the {@link
   * #configuration}.
   *
   * @param attach null for the kernel's 0
   * @param sleepable whether the program is loaded as sleepable
   */
  public static Availability allowed(
      int id,
      ProgramType type,
      @Nullable AttachType attach,
      boolean sleepable,
      KernelVersion release) {
    return allowed(prototype(id, type, attach), type, attach, sleepable, release);
  }

  /** The same for a program that implements a member of a kernel structure. */
  public static Availability structOpsAllowed(
      int id, String struct, boolean sleepable, KernelVersion release) {
    HelperPrototype prototype = structOpsPrototype(id, struct);
    return allowed(prototype, ProgramType.STRUCT_OPS, null, sleepable, release);
  }

  private static Availability allowed(
      @Nullable HelperPrototype prototype,
      ProgramType type,
      @Nullable AttachType attach,
      boolean sleepable,
      KernelVersion release) {
    KernelVersion version = release.series(); // no point release changed it
    if (prototype == null
        || !exists(prototype, type, attach, version)
        || prototype.mightSleep() && !sleepable) {
      return Availability.NOT_ALLOWED;
    }
    int id = prototype.id();
    if (configuration(id) != null) {
      return Availability.UNKNOWN;
    }
    boolean allowed = false; // by the last one that was asked and is not newer
    boolean refused = false; // by the first one that was asked and is not older
    for (KernelVersion asked : HelperTable.INSTANCE.askedVersions()) {
      HelperTable.Row absent = HelperTable.INSTANCE.absent(asked, type, effective(type, attach));
      boolean exists = exists(prototype, type, attach, asked);
      if (absent == null && exists) {
        continue;
      }
      boolean allowedThere = exists && absent != null && absent.of(id) < 0;
      if (version.isAtLeast(asked)) {
        allowed = allowedThere;
      }
      if (asked.isAtLeast(version)) {
        refused = !allowedThere;
        break;
      }
    }
    if (allowed) {
      return Availability.ALLOWED;
    }
    return refused ? Availability.NOT_ALLOWED : HelperTable.INSTANCE.dated(id, type, version);
  }

  private static boolean exists(
      HelperPrototype prototype,
      ProgramType type,
      @Nullable AttachType attach,
      KernelVersion version) {
    return version.isAtLeast(prototype.since())
        && version.isAtLeast(type.since())
        && (attach == null || version.isAtLeast(attach.since()));
  }

  /** Whether it is known which helpers a structure's members have in a kernel. */
  public static boolean knowsStructOps(KernelVersion version) {
    return version.isAtLeast(KernelVersion.NEWEST);
  }

  /** The capabilities without which a loader cannot use the helper. */
  public static Set<Capability> capabilities(int id) {
    var needed = EnumSet.noneOf(Capability.class);
    if (id > 0 && id <= LAST_ID) {
      for (Capability capability : Capability.values()) {
        if (HelperTable.INSTANCE.needs(capability, id)) {
          needed.add(capability);
        }
      }
    }
    return needed;
  }

  /**
   * What besides the version decides whether a kernel has the helper, such as {@code
   * CONFIG_BPF_KPROBE_OVERRIDE}; null for nothing.
   */
  public static @Nullable String configuration(int id) {
    return id < 0 || id > LAST_ID ? null : HelperTable.INSTANCE.configurations[id];
  }

  /**
   * Whether a call may change where the packet lies, so that every packet pointer of the program is
   * lost: {@code bpf_helper_changes_pkt_data}. A tail call counts since 6.13; the fix went to older
   * maintained releases too.
   */
  public static boolean changesPacketData(int id, KernelVersion version) {
    return switch (id) {
      case 9, 10, 11, 13, 18, 19, 31, 38, 39, 43, 44, 50, 54, 63, 65, 73, 74, 75, 76, 90, 91, 143 ->
          true;
      case 12 -> version.isAtLeast(6, 12);
      default -> false;
    };
  }

  private static HelperTable.@Nullable Row row(ProgramType type, @Nullable AttachType attach) {
    return HelperTable.INSTANCE.row(type, effective(type, attach));
  }

  /** The attach type that the kernel takes null, its 0, for. */
  private static AttachType effective(ProgramType type, @Nullable AttachType attach) {
    if (attach != null) {
      return attach;
    }
    AttachType zero = AttachRules.zeroIs(type);
    return zero != null ? zero : AttachType.CGROUP_INET_INGRESS;
  }

  private static @Nullable HelperPrototype pick(int id, HelperTable.@Nullable Row row) {
    if (row == null || id <= 0 || id > LAST_ID) {
      return null;
    }
    int index = row.of(id);
    return index < 0 ? null : HelperTable.INSTANCE.prototypes(id).get(index);
  }
}
