package dev.skep.runtime.map;

/** Flags of {@code BPF_MAP_CREATE}: {@code BPF_F_*} in {@code linux/bpf.h}. */
final class MapFlags {
  static final int NO_PREALLOC = 1;
  static final int NO_COMMON_LRU = 1 << 1;
  static final int NUMA_NODE = 1 << 2;
  static final int RDONLY = 1 << 3;
  static final int WRONLY = 1 << 4;
  static final int STACK_BUILD_ID = 1 << 5;
  static final int ZERO_SEED = 1 << 6;
  static final int RDONLY_PROG = 1 << 7;
  static final int WRONLY_PROG = 1 << 8;
  static final int CLONE = 1 << 9;
  static final int MMAPABLE = 1 << 10;
  static final int PRESERVE_ELEMS = 1 << 11;
  static final int INNER_MAP = 1 << 12;
  static final int LINK = 1 << 13;
  static final int VTYPE_BTF_OBJ_FD = 1 << 15;
  static final int SEGV_ON_FAULT = 1 << 17;
  static final int NO_USER_CONV = 1 << 18;

  /** Who may read and write. */
  static final int ACCESS = RDONLY | WRONLY | RDONLY_PROG | WRONLY_PROG;

  private MapFlags() {}
}
