package dev.skep.catalog;

/**
 * Why the kernel refuses to create a map.
 *
 * @param shape what was asked for; for a map-in-map it may be the inner map
 * @param unmet the first demand that is not met, in the kernel's order
 */
public record MapRefusal(MapShape shape, MapDemand unmet) {

  /** What bpf(2) fails with. */
  public Errno errno() {
    return unmet.errno();
  }

  /** One sentence without a full stop, such as {@code BPF_MAP_TYPE_ARRAY needs a key of …}. */
  public String text() {
    String given = unmet.given(shape);
    return shape.type().uapiName()
        + " needs "
        + unmet.wanted()
        + (given.isEmpty() ? "" : ", not " + given);
  }

  @Override
  public String toString() {
    return errno() + ": " + text();
  }
}
