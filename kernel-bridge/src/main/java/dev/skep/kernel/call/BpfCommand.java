package dev.skep.kernel.call;

import dev.skep.catalog.Dated;
import dev.skep.catalog.KernelVersion;

/**
 * The commands of bpf(2): {@code enum bpf_cmd} of Linux 6.18.
 *
 * <p>Each constant carries its number, the Linux version that brought it, and what the caller needs
 * for it. {@code CAP_SYS_ADMIN} stands for every capability that is named; before Linux 5.8 it was
 * the only one.
 */
public enum BpfCommand implements Dated {
  MAP_CREATE(0, 3, 18, "CAP_BPF (devmap, cpumap, xskmap: CAP_NET_ADMIN too)"),
  MAP_LOOKUP_ELEM(1, 3, 18, "a map descriptor open for reading"),
  MAP_UPDATE_ELEM(2, 3, 18, "a map descriptor open for writing"),
  MAP_DELETE_ELEM(3, 3, 18, "a map descriptor open for writing"),
  MAP_GET_NEXT_KEY(4, 3, 18, "a map descriptor open for reading"),
  PROG_LOAD(
      5,
      3,
      18,
      "CAP_BPF, with CAP_NET_ADMIN for networking types and CAP_PERFMON for tracing types"),
  OBJ_PIN(6, 4, 4, "write permission in a BPF file system"),
  OBJ_GET(7, 4, 4, "permission on the pinned file"),
  PROG_ATTACH(8, 4, 10, "CAP_NET_ADMIN"),
  PROG_DETACH(9, 4, 10, "CAP_NET_ADMIN"),
  PROG_TEST_RUN(10, 4, 12, "a program descriptor; CAP_BPF since 5.8 (CAP_SYS_ADMIN before)"),
  PROG_GET_NEXT_ID(11, 4, 13, "CAP_SYS_ADMIN"),
  MAP_GET_NEXT_ID(12, 4, 13, "CAP_SYS_ADMIN"),
  PROG_GET_FD_BY_ID(13, 4, 13, "CAP_SYS_ADMIN"),
  MAP_GET_FD_BY_ID(14, 4, 13, "CAP_SYS_ADMIN"),
  OBJ_GET_INFO_BY_FD(15, 4, 13, "a descriptor; instructions of a program need CAP_BPF"),
  PROG_QUERY(16, 4, 15, "CAP_NET_ADMIN"),
  RAW_TRACEPOINT_OPEN(17, 4, 17, "a program descriptor"),
  BTF_LOAD(18, 4, 18, "CAP_BPF"),
  BTF_GET_FD_BY_ID(19, 4, 18, "CAP_SYS_ADMIN"),
  TASK_FD_QUERY(20, 4, 18, "CAP_SYS_ADMIN"),
  MAP_LOOKUP_AND_DELETE_ELEM(21, 4, 20, "a map descriptor open for reading and writing"),
  MAP_FREEZE(22, 5, 2, "a map descriptor open for writing"),
  BTF_GET_NEXT_ID(23, 5, 4, "CAP_SYS_ADMIN"),
  MAP_LOOKUP_BATCH(24, 5, 6, "a map descriptor open for reading"),
  MAP_LOOKUP_AND_DELETE_BATCH(25, 5, 6, "a map descriptor open for reading and writing"),
  MAP_UPDATE_BATCH(26, 5, 6, "a map descriptor open for writing"),
  MAP_DELETE_BATCH(27, 5, 6, "a map descriptor open for writing"),
  LINK_CREATE(28, 5, 7, "what the program type's attachment needs, mostly CAP_NET_ADMIN"),
  LINK_UPDATE(29, 5, 7, "a link descriptor"),
  LINK_GET_FD_BY_ID(30, 5, 8, "CAP_SYS_ADMIN"),
  LINK_GET_NEXT_ID(31, 5, 8, "CAP_SYS_ADMIN"),
  ENABLE_STATS(32, 5, 8, "CAP_SYS_ADMIN"),
  ITER_CREATE(33, 5, 8, "a link descriptor"),
  LINK_DETACH(34, 5, 9, "a link descriptor"),
  PROG_BIND_MAP(35, 5, 10, "descriptors of both"),
  TOKEN_CREATE(36, 6, 9, "CAP_BPF in the user namespace that mounted the BPF file system"),
  PROG_STREAM_READ_BY_FD(37, 6, 17, "a program descriptor");

  private final int number;
  private final KernelVersion since;
  private final String needs;

  BpfCommand(int number, int major, int minor, String needs) {
    this.number = number;
    this.since = new KernelVersion(major, minor);
    this.needs = needs;
  }

  /** The first argument of bpf(2). */
  public int number() {
    return number;
  }

  /** The constant's name in {@code linux/bpf.h}. */
  public String uapiName() {
    return "BPF_" + name();
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** What the caller needs, in words. */
  public String needs() {
    return needs;
  }
}
