package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.object.Bytes;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Effects;
import dev.skep.runtime.Effects.SocketOption;
import dev.skep.runtime.Effects.Sysctl;
import dev.skep.runtime.Helper;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.CgroupArray;
import dev.skep.runtime.memory.Region;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Helpers of cgroup programs: identities, storage, return values, system controls, options. */
final class CgroupHelpers {

  private static final int ENOPROTOOPT = 92;

  private CgroupHelpers() {}

  static void register() {
    Helpers.add("bpf_skb_under_cgroup", CgroupHelpers::skbUnder);
    Helpers.add("bpf_setsockopt", CgroupHelpers::setOption);
    Helpers.add("bpf_getsockopt", CgroupHelpers::getOption);
    Helpers.add("bpf_skb_cgroup_id", CgroupHelpers::own);
    Helpers.add("bpf_get_local_storage", CgroupHelpers::storage);
    Helpers.add("bpf_skb_ancestor_cgroup_id", (cpu, s, level, c, d, e) -> ancestor(cpu, level));
    Helpers.add("bpf_sysctl_get_name", CgroupHelpers::sysctlName);
    Helpers.add(
        "bpf_sysctl_get_current_value",
        (cpu, ctx, to, size, d, e) -> text(cpu, sysctl(cpu).current(), to, size));
    Helpers.add("bpf_sysctl_get_new_value", CgroupHelpers::sysctlNew);
    Helpers.add("bpf_sysctl_set_new_value", CgroupHelpers::sysctlSet);
    Helpers.add(
        "bpf_get_current_ancestor_cgroup_id", (cpu, level, b, c, d, e) -> ancestor(cpu, level));
    Helpers.add("bpf_sk_cgroup_id", CgroupHelpers::own);
    Helpers.add("bpf_sk_ancestor_cgroup_id", (cpu, s, level, c, d, e) -> ancestor(cpu, level));
    Helpers.add("bpf_get_retval", (cpu, a, b, c, d, e) -> cpu.context().effects().returnValue());
    Helpers.add("bpf_set_retval", CgroupHelpers::setReturnValue);
  }

  static void kfuncs(Map<String, Helper> all) {
    Helper same = (cpu, p, b, c, d, e) -> p;
    Helper nothing = (cpu, p, b, c, d, e) -> 0;
    all.put("bpf_cgroup_acquire", same);
    all.put("bpf_cgroup_release", nothing);
    all.put("bpf_task_acquire", same);
    all.put("bpf_task_release", nothing);
    all.put(
        "bpf_task_from_pid",
        (cpu, pid, b, c, d, e) ->
            (int) pid == cpu.machine().task().pid() ? cpu.machine().task().address() : 0);
  }

  private static long own(Cpu cpu, long a, long b, long c, long d, long e) {
    return cpu.machine().task().cgroupId();
  }

  private static long ancestor(Cpu cpu, long level) {
    return cpu.machine().environment().cgroupAncestor(cpu.machine().task().cgroupId(), (int) level);
  }

  /** Whether a cgroup is another or below it. */
  static boolean under(Cpu cpu, long cgroup, long other) {
    if (cgroup == other) {
      return true;
    }
    for (int level = 0; level < 64; level++) {
      long ancestor = cpu.machine().environment().cgroupAncestor(cgroup, level);
      if (ancestor == other) {
        return true;
      }
      if (ancestor == 0) {
        return false;
      }
    }
    return false;
  }

  private static long skbUnder(Cpu cpu, long skb, long m, long index, long d, long e) {
    if (!(MapHelpers.map(cpu, m) instanceof CgroupArray cgroups)) {
      return Errno.EINVAL.negated();
    }
    long wanted = cgroups.cgroup((int) index);
    if (wanted <= 0) {
      return wanted < 0 ? Errno.E2BIG.negated() : Errno.EAGAIN.negated();
    }
    return under(cpu, cpu.machine().task().cgroupId(), wanted) ? 1 : 0;
  }

  /** The machine has one cgroup with storage: element 0, on this processor. */
  private static long storage(Cpu cpu, long m, long flags, long c, long d, long e) {
    BpfMap map = MapHelpers.map(cpu, m);
    return map.lookup(cpu.number(), new byte[Math.max(map.keySize(), 4)], 0);
  }

  private static long setReturnValue(Cpu cpu, long value, long b, long c, long d, long e) {
    int wanted = (int) value;
    if (wanted < -4095 || wanted > 0) {
      return Errno.EINVAL.negated();
    }
    cpu.context().effects().returnValue(wanted);
    return 0;
  }

  private static long setOption(Cpu cpu, long ctx, long level, long name, long from, long size) {
    int length = MapHelpers.size(size);
    Region source = Access.check(cpu, from, length);
    int at = (int) from - source.base();
    cpu.context()
        .effects()
        .options()
        .put(
            new SocketOption((int) level, (int) name),
            Bytes.of(Arrays.copyOfRange(source.bytes(), at, at + length)));
    return 0;
  }

  private static long getOption(Cpu cpu, long ctx, long level, long name, long to, long size) {
    int length = MapHelpers.size(size);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    Effects effects = cpu.context().effects();
    Bytes value = effects.options().get(new SocketOption((int) level, (int) name));
    Arrays.fill(target.bytes(), at, at + length, (byte) 0);
    if (value == null) {
      return -ENOPROTOOPT;
    }
    System.arraycopy(value.toArray(), 0, target.bytes(), at, Math.min(value.size(), length));
    return 0;
  }

  private static Sysctl sysctl(Cpu cpu) {
    Sysctl sysctl = cpu.context().effects().sysctl();
    return sysctl == null ? new Sysctl("kernel/skep", "", null) : sysctl;
  }

  /** Copies a text with its end; the length without it, or E2BIG if it had to be cut. */
  private static long text(Cpu cpu, String text, long to, long size) {
    int length = MapHelpers.size(size);
    Region target = Access.checkWrite(cpu, to, length);
    if (length == 0) {
      return Errno.E2BIG.negated();
    }
    int at = (int) to - target.base();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int count = Math.min(bytes.length, length - 1);
    Arrays.fill(target.bytes(), at, at + length, (byte) 0);
    System.arraycopy(bytes, 0, target.bytes(), at, count);
    return count < bytes.length ? Errno.E2BIG.negated() : count;
  }

  private static long sysctlName(Cpu cpu, long ctx, long to, long size, long flags, long e) {
    String name = sysctl(cpu).name();
    boolean base = (flags & 1) != 0;
    return text(cpu, base ? name.substring(name.lastIndexOf('/') + 1) : name, to, size);
  }

  private static long sysctlNew(Cpu cpu, long ctx, long to, long size, long d, long e) {
    String written = sysctl(cpu).written();
    if (written == null) {
      text(cpu, "", to, size);
      return Errno.EINVAL.negated();
    }
    return text(cpu, written, to, size);
  }

  private static long sysctlSet(Cpu cpu, long ctx, long from, long size, long d, long e) {
    Sysctl now = sysctl(cpu);
    int length = MapHelpers.size(size);
    Region source = Access.check(cpu, from, length);
    if (now.written() == null || length == 0) {
      return Errno.EINVAL.negated();
    }
    if (length > 4095) {
      return Errno.E2BIG.negated();
    }
    String value =
        new String(source.bytes(), (int) from - source.base(), length, StandardCharsets.UTF_8);
    cpu.context().effects().sysctl(new Sysctl(now.name(), now.current(), value));
    return 0;
  }
}
