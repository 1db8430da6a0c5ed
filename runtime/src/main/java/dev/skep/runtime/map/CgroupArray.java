package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * {@code CGROUP_ARRAY}: cgroups by their id, which {@code bpf_current_task_under_cgroup} and {@code
 * bpf_skb_under_cgroup} ask about. User space puts 4 bytes there: the lower half of the id.
 *
 * <p>In the kernel: {@code cgroup_fd_array_get_ptr}.
 */
public final class CgroupArray extends Indexed {

  private final AtomicLongArray cgroups;

  CgroupArray(MapHost host, MapSpec spec) {
    super(host, spec);
    host.memory().charge(8L * spec.maxEntries());
    cgroups = new AtomicLongArray(spec.maxEntries());
  }

  /** The cgroup's id of an element: 0 if it is empty, -1 if there is no such element. */
  public long cgroup(int index) {
    return outside(index) ? -1 : cgroups.get(index);
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    return unreadable(flags, Errno.ENOTSUPP);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    int error = mayWrite(flags);
    if (error != 0) {
      return error;
    }
    if (flags != ANY) {
      return Errno.EINVAL.negated();
    }
    int index = index(key, 0);
    if (outside(index)) {
      return Errno.E2BIG.negated();
    }
    cgroups.set(index, (int) LittleEndian.INT.get(value, 0) & 0xffff_ffffL);
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    int index = index(key, 0);
    if (outside(index)) {
      return Errno.E2BIG.negated();
    }
    return cgroups.getAndSet(index, 0) == 0 ? Errno.ENOENT.negated() : 0;
  }
}
