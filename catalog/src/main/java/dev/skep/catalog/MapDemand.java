package dev.skep.catalog;

/**
 * One thing that {@code BPF_MAP_CREATE} demands of a map's shape. {@link MapRules#demands} lists a
 * type's; the first that is not met is why the kernel refuses ({@link MapRefusal}).
 */
public sealed interface MapDemand {

  /** What the system call fails with where it is not met. */
  default Errno errno() {
    return Errno.EINVAL;
  }

  /** Whether a shape has what is demanded. */
  boolean metBy(MapShape shape);

  /** What would be right, as the rest of "it needs …". */
  String wanted();

  /** What a shape has instead, as the rest of "…, not …"; empty if the demand says it all. */
  default String given(MapShape shape) {
    return "";
  }

  /** The type is one that maps have. */
  record KnownType() implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return shape.type() != MapType.UNSPEC;
    }

    @Override
    public String wanted() {
      return "a type that maps have";
    }
  }

  /** The key's size. */
  record Key(Sizes sizes, Errno errno) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return sizes.contains(Integer.toUnsignedLong(shape.keySize()));
    }

    @Override
    public String wanted() {
      return sizes.largest() == 0 ? "no key" : "a key of " + sizes + " bytes";
    }

    @Override
    public String given(MapShape shape) {
      String size = Integer.toUnsignedString(shape.keySize());
      return sizes.largest() == 0 ? "one of " + size + " bytes" : size;
    }
  }

  /** The value's size. */
  record Value(Sizes sizes, Errno errno) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return sizes.contains(Integer.toUnsignedLong(shape.valueSize()));
    }

    @Override
    public String wanted() {
      return sizes.largest() == 0 ? "no value" : "a value of " + sizes + " bytes";
    }

    @Override
    public String given(MapShape shape) {
      String size = Integer.toUnsignedString(shape.valueSize());
      return sizes.largest() == 0 ? "one of " + size + " bytes" : size;
    }
  }

  /**
   * A value of whole stack frames: addresses, or with build ids what {@code bpf_stack_build_id}
   * has.
   */
  record Frames(int most) implements MapDemand {
    private static final int ADDRESS = 8;
    private static final int BUILD_ID = 32;

    private static int unit(MapShape shape) {
      return shape.has(MapFlag.STACK_BUILD_ID) ? BUILD_ID : ADDRESS;
    }

    /** The sizes that are right for a shape's flags. */
    public Sizes sizes(MapShape shape) {
      return Sizes.steps(unit(shape), (long) most * unit(shape), unit(shape));
    }

    @Override
    public boolean metBy(MapShape shape) {
      return sizes(shape).contains(Integer.toUnsignedLong(shape.valueSize()));
    }

    @Override
    public String wanted() {
      return "a value of 1 to "
          + most
          + " frames of 8 bytes, or with BPF_F_STACK_BUILD_ID of 32 (sysctl"
          + " kernel.perf_event_max_stack)";
    }

    @Override
    public String given(MapShape shape) {
      return Integer.toUnsignedString(shape.valueSize()) + " bytes";
    }
  }

  /** The key's and the value's size together. */
  record Element(long largest, Errno errno) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return sum(shape) <= largest;
    }

    private static long sum(MapShape shape) {
      return Integer.toUnsignedLong(shape.keySize()) + Integer.toUnsignedLong(shape.valueSize());
    }

    @Override
    public String wanted() {
      return "key and value of at most " + largest + " bytes together";
    }

    @Override
    public String given(MapShape shape) {
      return String.valueOf(sum(shape));
    }
  }

  /** {@code max_entries}. */
  record Entries(Sizes sizes, Errno errno) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return sizes.contains(Integer.toUnsignedLong(shape.maxEntries()));
    }

    @Override
    public String wanted() {
      return "max_entries of " + sizes;
    }

    @Override
    public String given(MapShape shape) {
      return Integer.toUnsignedString(shape.maxEntries());
    }
  }

  /** No flags but those of the type. */
  record Flags(int allowed) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return (shape.flags() & ~allowed) == 0;
    }

    @Override
    public String wanted() {
      return allowed == 0 ? "no flags" : "no flags but " + MapFlag.names(allowed);
    }

    @Override
    public String given(MapShape shape) {
      return MapFlag.names(shape.flags() & ~allowed);
    }
  }

  /** A flag without which there is no map of the type. */
  record Needs(MapFlag flag) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return shape.has(flag);
    }

    @Override
    public String wanted() {
      return "the flag " + flag.uapiName();
    }
  }

  /** A flag that other maps of the kind take, and this one does not. */
  record Lacks(MapFlag flag, Errno errno) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return !shape.has(flag);
    }

    @Override
    public String wanted() {
      return "to be without the flag " + flag.uapiName();
    }
  }

  /** Two flags that contradict each other. */
  record NotBoth(MapFlag one, MapFlag other) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return !shape.has(one) || !shape.has(other);
    }

    @Override
    public String wanted() {
      return one.uapiName() + " or " + other.uapiName();
    }

    @Override
    public String given(MapShape shape) {
      return "both";
    }
  }

  /** The bits that {@code map_extra} may have. */
  record Extra(long allowed) implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return (shape.extra() & ~allowed) == 0;
    }

    @Override
    public String wanted() {
      return allowed == 0
          ? "map_extra to be 0"
          : "map_extra to have no bits but 0x" + Long.toHexString(allowed);
    }

    @Override
    public String given(MapShape shape) {
      return "0x" + Long.toHexString(shape.extra());
    }
  }

  /** An arena whose addresses all have the same upper half. */
  record Window(long pageSize) implements MapDemand {
    @Override
    public Errno errno() {
      return Errno.ERANGE;
    }

    @Override
    public boolean metBy(MapShape shape) {
      long last = shape.extra() + Integer.toUnsignedLong(shape.maxEntries()) * pageSize - 1;
      return shape.extra() >>> 32 == last >>> 32;
    }

    @Override
    public String wanted() {
      return "a range of addresses that crosses no multiple of 4 GiB";
    }

    @Override
    public String given(MapShape shape) {
      return Integer.toUnsignedString(shape.maxEntries())
          + " pages from 0x"
          + Long.toHexString(shape.extra());
    }
  }

  /** BTF of key and value. */
  record Types() implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return shape.keyType() && shape.valueType();
    }

    @Override
    public String wanted() {
      return "the types (BTF) of key and value";
    }
  }

  /** The kernel's structure that a struct_ops map implements. */
  record KernelType() implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      return shape.valueType();
    }

    @Override
    public String wanted() {
      return "the kernel's type (BTF) of the value";
    }
  }

  /** An inner map to take the shape of the elements from. */
  record Inner() implements MapDemand {
    @Override
    public Errno errno() {
      return Errno.EBADF;
    }

    @Override
    public boolean metBy(MapShape shape) {
      return shape.inner() != null;
    }

    @Override
    public String wanted() {
      return "an inner map that says what its maps are like";
    }
  }

  /** An inner map that is no map of maps itself. */
  record FlatInner() implements MapDemand {
    @Override
    public boolean metBy(MapShape shape) {
      MapShape inner = shape.inner();
      return inner == null || !inner.type().is(MapTrait.HOLDS_MAPS);
    }

    @Override
    public String wanted() {
      return "inner maps that hold no maps themselves";
    }
  }

  /** An inner map of a type that can be one: that has a {@code map_meta_equal}. */
  record InnerType() implements MapDemand {
    @Override
    public Errno errno() {
      return Errno.ENOTSUPP;
    }

    @Override
    public boolean metBy(MapShape shape) {
      MapShape inner = shape.inner();
      return inner == null || inner.type().is(MapTrait.INNER);
    }

    @Override
    public String wanted() {
      return "inner maps of a type that may be one";
    }

    @Override
    public String given(MapShape shape) {
      MapShape inner = shape.inner();
      return inner == null ? "none" : inner.type().uapiName();
    }
  }
}
