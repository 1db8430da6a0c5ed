package dev.skep.runtime.helper;

import dev.skep.runtime.Cpu;
import dev.skep.runtime.Program;
import org.jspecify.annotations.Nullable;

/** {@code bpf_tail_call} as engines carry it out: it ends the function that makes it. */
public final class TailCalls {

  /** The helper's number. */
  public static final int ID = 12;

  private TailCalls() {}

  /** The program that takes over, or null if the call fails and the caller goes on. */
  public static @Nullable Program target(Cpu cpu, long map, long index) {
    return MapHelpers.tailTarget(cpu, map, index);
  }
}
