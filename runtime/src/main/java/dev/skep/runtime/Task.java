package dev.skep.runtime;

/**
 * The task that a processor runs, as far as helpers tell.
 *
 * @param pid the thread's id: the kernel's {@code pid}
 * @param tgid the process's id: the kernel's {@code tgid}
 * @param comm the command's name, at most 15 bytes
 * @param cgroupId what {@code bpf_get_current_cgroup_id} returns
 * @param address where the {@code task_struct} is that {@code bpf_get_current_task} returns, 0 if
 *     none was {@linkplain AddressSpace#provide provided}
 */
public record Task(int pid, int tgid, int uid, int gid, String comm, long cgroupId, long address) {

  /** The task of a machine whose owner names none. */
  public static final Task DEFAULT = new Task(1234, 1234, 0, 0, "skep", 1, 0);
}
