package dev.skep.kernel;

import java.util.List;

/**
 * What {@code BPF_PROG_QUERY} says of an attach point.
 *
 * @param flags {@code BPF_F_ALLOW_OVERRIDE} (1) or {@code BPF_F_ALLOW_MULTI} (2) of a control group
 * @param revision of the list, for updates that expect one (tcx, netkit and, since 6.17, cgroups)
 * @param programs in the order in which they run
 */
public record AttachedPrograms(int flags, long revision, List<Entry> programs) {

  public AttachedPrograms {
    programs = List.copyOf(programs);
  }

  /** A program, and the link it is attached by (0 if by none, or if the kernel does not say). */
  public record Entry(int programId, int linkId) {}
}
