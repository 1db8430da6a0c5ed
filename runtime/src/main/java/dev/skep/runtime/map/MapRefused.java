package dev.skep.runtime.map;

import dev.skep.object.MapSpec;

/** A map that {@code BPF_MAP_CREATE} would refuse. */
public final class MapRefused extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final int errno;

  MapRefused(MapSpec spec, int errno, String reason) {
    super(
        "%s: no %s has keys of %d bytes, values of %d bytes, %s elements and flags 0x%x: %s"
            .formatted(
                name(errno),
                spec.type().uapiName(),
                spec.keySize(),
                spec.valueSize(),
                Integer.toUnsignedString(spec.maxEntries()),
                spec.flags(),
                reason));
    this.errno = errno;
  }

  private static String name(int errno) {
    return switch (errno) {
      case dev.skep.runtime.Errno.E2BIG -> "E2BIG";
      case dev.skep.runtime.Errno.ENOTSUPP -> "ENOTSUPP";
      default -> "EINVAL";
    };
  }

  /** What the system call would fail with, positive. */
  public int errno() {
    return errno;
  }
}
