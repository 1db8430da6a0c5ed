package dev.skep.catalog;

/** Flags of {@code BPF_MAP_CREATE}, by their UAPI name and bit. */
public enum MapFlag implements Dated {
  NO_PREALLOC("BPF_F_NO_PREALLOC", 0, 4, 6),
  NO_COMMON_LRU("BPF_F_NO_COMMON_LRU", 1, 4, 10),
  NUMA_NODE("BPF_F_NUMA_NODE", 2, 4, 14),
  RDONLY("BPF_F_RDONLY", 3, 4, 15),
  WRONLY("BPF_F_WRONLY", 4, 4, 15),
  STACK_BUILD_ID("BPF_F_STACK_BUILD_ID", 5, 4, 17),
  ZERO_SEED("BPF_F_ZERO_SEED", 6, 5, 0),
  RDONLY_PROG("BPF_F_RDONLY_PROG", 7, 5, 2),
  WRONLY_PROG("BPF_F_WRONLY_PROG", 8, 5, 2),
  CLONE("BPF_F_CLONE", 9, 5, 4),
  MMAPABLE("BPF_F_MMAPABLE", 10, 5, 5),
  PRESERVE_ELEMS("BPF_F_PRESERVE_ELEMS", 11, 5, 10),
  INNER_MAP("BPF_F_INNER_MAP", 12, 5, 10),
  LINK("BPF_F_LINK", 13, 6, 4),
  PATH_FD("BPF_F_PATH_FD", 14, 6, 5),
  VTYPE_BTF_OBJ_FD("BPF_F_VTYPE_BTF_OBJ_FD", 15, 6, 9),
  TOKEN_FD("BPF_F_TOKEN_FD", 16, 6, 9),
  SEGV_ON_FAULT("BPF_F_SEGV_ON_FAULT", 17, 6, 9),
  NO_USER_CONV("BPF_F_NO_USER_CONV", 18, 6, 9);

  private final String uapiName;
  private final int bit;
  private final KernelVersion since;

  MapFlag(String uapiName, int position, int major, int minor) {
    this.uapiName = uapiName;
    this.bit = 1 << position;
    this.since = new KernelVersion(major, minor);
  }

  /** The constant's name in {@code linux/bpf.h}. */
  public String uapiName() {
    return uapiName;
  }

  /** The bit in {@code map_flags}. */
  public int bit() {
    return bit;
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** The bits of several flags. */
  public static int bits(MapFlag... flags) {
    int bits = 0;
    for (MapFlag flag : flags) {
      bits |= flag.bit;
    }
    return bits;
  }

  /** The names of the bits, for messages; an unknown bit is written as a number. */
  public static String names(int bits) {
    var names = new StringBuilder();
    for (MapFlag flag : values()) {
      if ((bits & flag.bit) != 0) {
        names.append(names.isEmpty() ? "" : " | ").append(flag.uapiName);
        bits &= ~flag.bit;
      }
    }
    if (bits != 0) {
      names.append(names.isEmpty() ? "" : " | ").append("0x").append(Integer.toHexString(bits));
    }
    return names.toString();
  }
}
