package dev.skep.runtime;

import dev.skep.runtime.memory.AddressSpace;

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
  public static final Task DEFAULT = new Builder().build();

  /** A builder that holds what this task has: {@code Task.DEFAULT.toBuilder().pid(7).build()}. */
  public Builder toBuilder() {
    return new Builder()
        .pid(pid)
        .tgid(tgid)
        .uid(uid)
        .gid(gid)
        .comm(comm)
        .cgroupId(cgroupId)
        .address(address);
  }

  /** Builds a {@link Task}; each method sets the component of its name. */
  public static final class Builder {

    private int pid = 1234;
    private int tgid = 1234;
    private int uid;
    private int gid;
    private String comm = "skep";
    private long cgroupId = 1;
    private long address;

    private Builder() {}

    /** The thread's id. */
    public Builder pid(int value) {
      this.pid = value;
      return this;
    }

    /** The process's id. */
    public Builder tgid(int value) {
      this.tgid = value;
      return this;
    }

    /** The user. */
    public Builder uid(int value) {
      this.uid = value;
      return this;
    }

    /** The group. */
    public Builder gid(int value) {
      this.gid = value;
      return this;
    }

    /** The command's name, at most 15 bytes. */
    public Builder comm(String value) {
      this.comm = value;
      return this;
    }

    /** What {@code bpf_get_current_cgroup_id} returns. */
    public Builder cgroupId(long value) {
      this.cgroupId = value;
      return this;
    }

    /** Where its {@code task_struct} is, or 0. */
    public Builder address(long value) {
      this.address = value;
      return this;
    }

    /** The task. */
    public Task build() {
      return new Task(pid, tgid, uid, gid, comm, cgroupId, address);
    }
  }
}
