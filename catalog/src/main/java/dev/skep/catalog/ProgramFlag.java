package dev.skep.catalog;

/** Flags of {@code BPF_PROG_LOAD}, by their UAPI name and bit. */
public enum ProgramFlag implements Dated {
  STRICT_ALIGNMENT("BPF_F_STRICT_ALIGNMENT", 0, 4, 12),
  ANY_ALIGNMENT("BPF_F_ANY_ALIGNMENT", 1, 5, 0),
  TEST_RND_HI32("BPF_F_TEST_RND_HI32", 2, 5, 3),
  TEST_STATE_FREQ("BPF_F_TEST_STATE_FREQ", 3, 5, 4),
  SLEEPABLE("BPF_F_SLEEPABLE", 4, 5, 10),
  XDP_HAS_FRAGS("BPF_F_XDP_HAS_FRAGS", 5, 5, 18),
  XDP_DEV_BOUND_ONLY("BPF_F_XDP_DEV_BOUND_ONLY", 6, 6, 3),
  TEST_REG_INVARIANTS("BPF_F_TEST_REG_INVARIANTS", 7, 6, 8);

  private final String uapiName;
  private final int bit;
  private final KernelVersion since;

  ProgramFlag(String uapiName, int position, int major, int minor) {
    this.uapiName = uapiName;
    this.bit = 1 << position;
    this.since = new KernelVersion(major, minor);
  }

  /** The constant's name in {@code linux/bpf.h}. */
  public String uapiName() {
    return uapiName;
  }

  /** The bit in {@code prog_flags}. */
  public int bit() {
    return bit;
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }
}
