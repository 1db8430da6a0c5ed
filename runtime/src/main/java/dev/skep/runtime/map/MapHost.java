package dev.skep.runtime.map;

import dev.skep.runtime.memory.AddressSpace;

/** What a map needs of the kernel that it is in. A machine is one; a test can be one. */
public interface MapHost {

  /** Where values get their addresses. */
  AddressSpace memory();

  /** Number of processors: values of a per-CPU map. */
  int cpuCount();

  /** A number for a new map or program, from 1 on. */
  int newId();

  /** What hashes of maps start with that have no {@code BPF_F_ZERO_SEED}. */
  long seed();

  /**
   * The timer or work queue at an address goes away with the value that it is in: {@code
   * bpf_timer_cancel_and_free}, {@code bpf_wq_cancel_and_free}.
   */
  void cancelAndFree(long address);
}
