package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.memory.Region;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Helpers that tell about time, task and processor, and spin locks. */
final class SystemHelpers {

  private SystemHelpers() {}

  static void register() {
    Helpers.add("bpf_ktime_get_ns", (cpu, a, b, c, d, e) -> cpu.machine().clock().nanos());
    Helpers.add(
        "bpf_get_prandom_u32", (cpu, a, b, c, d, e) -> cpu.random().nextInt() & 0xffff_ffffL);
    Helpers.add("bpf_get_smp_processor_id", (cpu, a, b, c, d, e) -> cpu.number());
    Helpers.add(
        "bpf_get_current_pid_tgid",
        (cpu, a, b, c, d, e) ->
            (long) cpu.machine().task().tgid() << 32 | cpu.machine().task().pid() & 0xffff_ffffL);
    Helpers.add(
        "bpf_get_current_uid_gid",
        (cpu, a, b, c, d, e) ->
            (long) cpu.machine().task().gid() << 32 | cpu.machine().task().uid() & 0xffff_ffffL);
    Helpers.add("bpf_get_current_comm", SystemHelpers::comm);
    Helpers.add("bpf_get_current_task", (cpu, a, b, c, d, e) -> cpu.machine().task().address());
    Helpers.add("bpf_get_numa_node_id", (cpu, a, b, c, d, e) -> 0);
    Helpers.add("bpf_get_socket_cookie", (cpu, a, b, c, d, e) -> 1);
    Helpers.add("bpf_get_socket_uid", (cpu, a, b, c, d, e) -> cpu.machine().task().uid());
    Helpers.add(
        "bpf_get_current_cgroup_id", (cpu, a, b, c, d, e) -> cpu.machine().task().cgroupId());
    Helpers.add("bpf_spin_lock", SystemHelpers::lock);
    Helpers.add("bpf_spin_unlock", SystemHelpers::unlock);
    Helpers.add("bpf_jiffies64", (cpu, a, b, c, d, e) -> jiffies(cpu));
    Helpers.add("bpf_ktime_get_boot_ns", (cpu, a, b, c, d, e) -> cpu.machine().clock().nanos());
    Helpers.add("bpf_get_current_task_btf", (cpu, a, b, c, d, e) -> cpu.machine().task().address());
    Helpers.add("bpf_ktime_get_coarse_ns", (cpu, a, b, c, d, e) -> cpu.machine().clock().nanos());
    Helpers.add("bpf_ktime_get_tai_ns", (cpu, a, b, c, d, e) -> cpu.machine().clock().nanos());
  }

  /** Time in ticks of 1/250 s, from the kernel's start value of five minutes before the wrap. */
  private static long jiffies(Cpu cpu) {
    return 0xffff_ffffL - 300 * 250 + 1 + cpu.machine().clock().nanos() / 4_000_000;
  }

  private static long comm(Cpu cpu, long buffer, long size, long c, long d, long e) {
    int length = MapHelpers.size(size);
    Region region = Access.checkWrite(cpu, buffer, length);
    if (length == 0) {
      return Errno.EINVAL.negated();
    }
    byte[] name = cpu.machine().task().comm().getBytes(StandardCharsets.UTF_8);
    int at = (int) buffer - region.base();
    Arrays.fill(region.bytes(), at, at + length, (byte) 0);
    System.arraycopy(name, 0, region.bytes(), at, Math.min(Math.min(name.length, 15), length - 1));
    return 0;
  }

  private static long lock(Cpu cpu, long address, long b, long c, long d, long e) {
    if (cpu.heldLocks() > 0) {
      throw new Trap.Signal(Reason.HELPER, address, "", "a spin lock is held already");
    }
    while (Access.atomic32(cpu, dev.skep.isa.AtomicOp.CMPXCHG, address, 1, 0) != 0) {
      cpu.spend(1);
      Thread.onSpinWait();
    }
    cpu.countLock(1);
    return 0;
  }

  private static long unlock(Cpu cpu, long address, long b, long c, long d, long e) {
    if (Access.atomic32(cpu, dev.skep.isa.AtomicOp.XCHG, address, 0, 0) == 0) {
      throw new Trap.Signal(Reason.HELPER, address, "", "the spin lock is not held");
    }
    cpu.countLock(-1);
    return 0;
  }
}
