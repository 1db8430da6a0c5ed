package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapRefusal;
import dev.skep.object.MapSpec;

/** A map that {@code BPF_MAP_CREATE} would refuse. */
public final class MapRefused extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final Errno errno;

  MapRefused(MapSpec spec, MapRefusal refusal) {
    this(spec, refusal.errno(), "it needs " + refusal.unmet().wanted());
  }

  MapRefused(MapSpec spec, Errno errno, String reason) {
    super(
        "%s: no %s has keys of %d bytes, values of %d bytes, %s elements and flags 0x%x: %s"
            .formatted(
                errno,
                spec.type().uapiName(),
                spec.keySize(),
                spec.valueSize(),
                Integer.toUnsignedString(spec.maxEntries()),
                spec.flags(),
                reason));
    this.errno = errno;
  }

  /** What the system call would fail with. */
  public Errno errno() {
    return errno;
  }
}
