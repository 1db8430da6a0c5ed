package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.CgroupArray;
import dev.skep.runtime.map.StackTraceMap;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Helpers of tracing programs: stacks, arguments of functions, text of iterators, signals. */
final class TracingHelpers {

  private static final int SKIP = 0xff;
  private static final long USER_STACK = 1 << 8;
  private static final long BUILD_ID = 1 << 11;

  private TracingHelpers() {}

  static void register() {
    Helpers.add("bpf_get_stackid", TracingHelpers::stackId);
    Helpers.add("bpf_probe_write_user", TracingHelpers::probeWrite);
    Helpers.add("bpf_current_task_under_cgroup", TracingHelpers::underCgroup);
    Helpers.add("bpf_override_return", TracingHelpers::overrideReturn);
    Helpers.add("bpf_get_stack", TracingHelpers::getStack);
    Helpers.add("bpf_send_signal", TracingHelpers::signal);
    Helpers.add("bpf_send_signal_thread", TracingHelpers::signal);
    Helpers.add("bpf_read_branch_records", (cpu, a, b, c, d, e) -> Errno.ENOENT.negated());
    Helpers.add("bpf_get_ns_current_pid_tgid", TracingHelpers::namespacePid);
    Helpers.add("bpf_seq_printf", TracingHelpers::seqPrintf);
    Helpers.add("bpf_seq_write", TracingHelpers::seqWrite);
    Helpers.add(
        "bpf_get_task_stack",
        (cpu, task, buffer, size, flags, e) -> getStack(cpu, 0, buffer, size, flags, 0));
    Helpers.add("bpf_d_path", TracingHelpers::path);
    Helpers.add("bpf_per_cpu_ptr", TracingHelpers::perCpu);
    Helpers.add("bpf_this_cpu_ptr", (cpu, p, b, c, d, e) -> p);
    Helpers.add(
        "bpf_get_func_ip", (cpu, ctx, b, c, d, e) -> cpu.context().effects().functionAddress());
    Helpers.add(
        "bpf_get_attach_cookie", (cpu, ctx, b, c, d, e) -> cpu.context().effects().cookie());
    Helpers.add("bpf_get_branch_snapshot", (cpu, a, b, c, d, e) -> Errno.ENOENT.negated());
    Helpers.add("bpf_get_func_arg", TracingHelpers::argument);
    Helpers.add("bpf_get_func_ret", TracingHelpers::returned);
    Helpers.add("bpf_get_func_arg_cnt", (cpu, ctx, b, c, d, e) -> arguments(cpu.context()));
    Helpers.add("bpf_copy_from_user_task", TracingHelpers::copyFromTask);
  }

  private static long stackId(Cpu cpu, long ctx, long m, long flags, long d, long e) {
    BpfMap map = MapHelpers.map(cpu, m);
    if (!(map instanceof StackTraceMap stacks)) {
      return Errno.EINVAL.negated();
    }
    return stacks.store(cpu.machine().environment().stack(cpu, (flags & USER_STACK) != 0), flags);
  }

  private static long getStack(Cpu cpu, long ctx, long buffer, long size, long flags, long e) {
    int length = MapHelpers.size(size);
    Region target = Access.checkWrite(cpu, buffer, length);
    int at = (int) buffer - target.base();
    if ((flags & ~(SKIP | USER_STACK | BUILD_ID)) != 0
        || (flags & BUILD_ID) != 0
        || length % 8 != 0) {
      Arrays.fill(target.bytes(), at, at + length, (byte) 0);
      return Errno.EINVAL.negated();
    }
    long[] stack = cpu.machine().environment().stack(cpu, (flags & USER_STACK) != 0);
    int skip = (int) flags & SKIP;
    int count = Math.min(stack.length - skip, length / 8);
    Arrays.fill(target.bytes(), at, at + length, (byte) 0);
    if (count <= 0) {
      return Errno.EFAULT.negated();
    }
    for (int i = 0; i < count; i++) {
      LittleEndian.LONG.set(target.bytes(), at + i * 8, stack[skip + i]);
    }
    return count * 8L;
  }

  private static long probeWrite(Cpu cpu, long to, long from, long size, long d, long e) {
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region source = Access.check(cpu, from, length);
    Region target = Access.probe(cpu, to, length);
    if (target == null || !target.writable()) {
      return Errno.EFAULT.negated();
    }
    System.arraycopy(
        source.bytes(),
        (int) from - source.base(),
        target.bytes(),
        (int) to - target.base(),
        length);
    return 0;
  }

  private static long copyFromTask(Cpu cpu, long to, long size, long from, long task, long flags) {
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    Region source = flags == 0 ? Access.probe(cpu, from, length) : null;
    if (source == null) {
      Arrays.fill(target.bytes(), at, at + length, (byte) 0);
      return flags == 0 ? Errno.EFAULT.negated() : Errno.EINVAL.negated();
    }
    System.arraycopy(source.bytes(), (int) from - source.base(), target.bytes(), at, length);
    return 0;
  }

  private static long underCgroup(Cpu cpu, long m, long index, long c, long d, long e) {
    if (!(MapHelpers.map(cpu, m) instanceof CgroupArray cgroups)) {
      return Errno.EINVAL.negated();
    }
    long wanted = cgroups.cgroup((int) index);
    if (wanted <= 0) {
      return wanted < 0 ? Errno.E2BIG.negated() : Errno.EAGAIN.negated();
    }
    return CgroupHelpers.under(cpu, cpu.machine().task().cgroupId(), wanted) ? 1 : 0;
  }

  private static long overrideReturn(Cpu cpu, long regs, long value, long c, long d, long e) {
    cpu.context().effects().returnValue((int) value);
    return 0;
  }

  private static long signal(Cpu cpu, long number, long b, long c, long d, long e) {
    int signal = (int) number;
    if (Integer.compareUnsigned(signal, 64) > 0) {
      return Errno.EINVAL.negated();
    }
    cpu.context().effects().sendSignal(signal);
    return 0;
  }

  private static long namespacePid(Cpu cpu, long dev, long ino, long to, long size, long e) {
    Region target = Access.checkWrite(cpu, to, MapHelpers.size(size));
    if (size != 8) {
      return Errno.EINVAL.negated();
    }
    int at = (int) to - target.base();
    LittleEndian.INT.set(target.bytes(), at, cpu.machine().task().pid());
    LittleEndian.INT.set(target.bytes(), at + 4, cpu.machine().task().tgid());
    return 0;
  }

  private static long seqPrintf(Cpu cpu, long seq, long format, long size, long data, long bytes) {
    String line = MemoryHelpers.format(cpu, format, size, data, bytes);
    if (line == null) {
      return Errno.EINVAL.negated();
    }
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    return cpu.context().effects().write(text, 0, text.length) ? 0 : Errno.EOVERFLOW.negated();
  }

  private static long seqWrite(Cpu cpu, long seq, long data, long size, long d, long e) {
    int length = MapHelpers.size(size);
    Region source = Access.check(cpu, data, length);
    return cpu.context().effects().write(source.bytes(), (int) data - source.base(), length)
        ? 0
        : Errno.EOVERFLOW.negated();
  }

  private static long path(Cpu cpu, long path, long buffer, long size, long d, long e) {
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region target = Access.checkWrite(cpu, buffer, length);
    String name = cpu.machine().environment().path(path);
    if (name == null) {
      return Errno.ENOENT.negated();
    }
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length + 1 > length) {
      return Errno.ENAMETOOLONG.negated();
    }
    int at = (int) buffer - target.base();
    System.arraycopy(text, 0, target.bytes(), at, text.length);
    target.bytes()[at + text.length] = 0;
    return text.length + 1L;
  }

  /** A machine has one copy of each per-CPU variable: that of all its processors. */
  private static long perCpu(Cpu cpu, long pointer, long number, long c, long d, long e) {
    return Integer.compareUnsigned((int) number, cpu.machine().cpuCount()) < 0 ? pointer : 0;
  }

  private static int arguments(Context context) {
    int count = context.effects().argumentCount();
    return count >= 0 ? count : context.bytes().length / 8;
  }

  private static long argument(Cpu cpu, long ctx, long number, long to, long d, long e) {
    int index = (int) number;
    if (Integer.compareUnsigned(index, arguments(cpu.context())) >= 0) {
      return Errno.EINVAL.negated();
    }
    Access.store64(cpu, to, (long) LittleEndian.LONG.get(cpu.context().bytes(), index * 8));
    return 0;
  }

  private static long returned(Cpu cpu, long ctx, long to, long c, long d, long e) {
    int index = arguments(cpu.context()) * 8;
    if (index + 8 > cpu.context().bytes().length) {
      return Errno.EOPNOTSUPP.negated();
    }
    Access.store64(cpu, to, (long) LittleEndian.LONG.get(cpu.context().bytes(), index));
    return 0;
  }
}
