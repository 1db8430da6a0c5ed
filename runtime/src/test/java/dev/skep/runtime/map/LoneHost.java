package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A kernel of nothing but memory: enough for a map. */
final class LoneHost implements MapHost {

  private final AddressSpace memory;
  private final int cpus;
  private int ids;

  /** Where timers went away with their values. */
  final List<Long> freed = new ArrayList<>();

  LoneHost(int cpus, long memoryLimit) {
    this.cpus = cpus;
    this.memory = new AddressSpace(memoryLimit);
  }

  LoneHost() {
    this(3, 1 << 26);
  }

  /** A map in a kernel of its own. */
  static BpfMap map(MapSpec spec) {
    return Maps.create(new LoneHost(), spec);
  }

  /** What a program sees at an address that a look-up gave. */
  byte[] at(long address, int size) {
    Region region = memory.find(address);
    if (region == null) {
      throw new AssertionError("nothing at 0x" + Long.toHexString(address));
    }
    int index = (int) address - region.base();
    return Arrays.copyOfRange(region.bytes(), index, index + size);
  }

  @Override
  public AddressSpace memory() {
    return memory;
  }

  @Override
  public int cpuCount() {
    return cpus;
  }

  @Override
  public int newId() {
    return ++ids;
  }

  @Override
  public long seed() {
    return 7;
  }

  @Override
  public void cancelAndFree(long address) {
    freed.add(address);
  }
}
