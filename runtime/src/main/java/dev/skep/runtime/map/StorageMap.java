package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;

/**
 * {@code SK_STORAGE}, {@code TASK_STORAGE}, {@code INODE_STORAGE} and {@code CGRP_STORAGE}: one
 * value for each kernel object, known by its address as an 8-byte key; at most {@value
 * #MAX_OBJECTS} objects.
 *
 * <p>In the kernel: {@code bpf_local_storage_update}, {@code bpf_local_storage_lookup}.
 */
public final class StorageMap extends HashMap {

  static final int MAX_OBJECTS = 65_536;

  /** {@code BPF_LOCAL_STORAGE_GET_F_CREATE}. */
  private static final long CREATE = 1;

  StorageMap(MapHost host, MapSpec spec) {
    super(host, byAddress(spec), false, false);
  }

  private static MapSpec byAddress(MapSpec spec) {
    return MapSpec.of(spec.name(), spec.type(), 8, spec.valueSize(), MAX_OBJECTS).toBuilder()
        .flags(spec.flags())
        .btf(spec.btf())
        .btfValueTypeId(spec.btfValueTypeId())
        .build();
  }

  /** {@code bpf_sk_storage_get} and relatives: the value's address, or 0. */
  public long get(int cpu, long object, byte[] initial, int at, long flags) {
    if (object == 0 || (flags & ~CREATE) != 0) {
      return 0;
    }
    byte[] key = new byte[8];
    LittleEndian.LONG.set(key, 0, object);
    long there = lookup(cpu, key, 0);
    if (there == 0 && flags == CREATE) {
      if (update(cpu, key, 0, initial, at, NOEXIST) == Errno.ENOMEM.negated()) {
        return 0;
      }
      there = lookup(cpu, key, 0);
    }
    return there;
  }

  /** {@code bpf_sk_storage_delete} and relatives. */
  public long delete(int cpu, long object) {
    byte[] key = new byte[8];
    LittleEndian.LONG.set(key, 0, object);
    return delete(cpu, key, 0);
  }
}
