package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.runtime.memory.Region;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map on a machine.
 *
 * <p>The methods that take a processor's number are what programs call: keys and values are ranges
 * of byte arrays that have been checked, values come back as addresses, errors as negative {@link
 * Errno}. {@link #get}, {@link #put}, {@link #remove} and {@link #keys} are the system call's side;
 * with a per-CPU map their values hold one part per processor, each rounded up to 8 bytes. Safe for
 * use by several threads.
 */
public abstract class BpfMap {

  /** Create or update. */
  public static final long ANY = 0;

  /** Create, fail with {@code EEXIST} if the key is there. */
  public static final long NOEXIST = 1;

  /** Update, fail with {@code ENOENT} if the key is not there. */
  public static final long EXIST = 2;

  /** Update under the value's spin lock. */
  public static final long F_LOCK = 4;

  private final MapSpec spec;
  private final MapHost host;
  private final Region handle;
  private final ValueFields fields;
  private final ValueCopy copy;
  private final int id;

  BpfMap(MapHost host, MapSpec spec) {
    this.host = host;
    this.spec = spec;
    this.fields = fieldsOf(spec);
    this.copy = new ValueCopy(fields);
    this.id = host.newId();
    this.handle = host.memory().add(Region.Kind.MAP, spec.name(), new byte[0], false, this);
  }

  /** Types that do not hang together describe no fields. */
  private static ValueFields fieldsOf(MapSpec spec) {
    ValueFields found = ValueFields.ofMap(spec, null);
    boolean fits = found.all().stream().allMatch(f -> f.offset() + f.size() <= spec.valueSize());
    return fits ? found : ValueFields.NONE;
  }

  /** As it was asked for. */
  public final MapSpec spec() {
    return spec;
  }

  /** The map's name. */
  public final String name() {
    return spec.name();
  }

  /** The map's type. */
  public final MapType type() {
    return spec.type();
  }

  /** Bytes of a key. */
  public final int keySize() {
    return spec.keySize();
  }

  /** Bytes of a value. */
  public final int valueSize() {
    return spec.valueSize();
  }

  /** The kernel that it is in. */
  public final MapHost host() {
    return host;
  }

  /** The address that stands for the map in programs. */
  public final long address() {
    return handle.address();
  }

  /** The number that the machine knows the map by, from 1 on: what a map-in-map's element reads. */
  public final int id() {
    return id;
  }

  /** The parts of a value that only helpers touch. */
  public final ValueFields fields() {
    return fields;
  }

  /** Where in its value the field at an address is; 0 if there is none. */
  public final int offsetOfField(long address) {
    for (ValueFields.Field field : fields.all()) {
      if (isValue(address - field.offset())) {
        return field.offset();
      }
    }
    return 0;
  }

  /** How values are copied around those parts. */
  final ValueCopy valueCopy() {
    return copy;
  }

  /** The region that holds the values, if there is exactly one; for direct access by a compiler. */
  public @Nullable Region values() {
    return null;
  }

  /**
   * The address of a byte of element 0, or 0 if the type has none: {@code BPF_PSEUDO_MAP_VALUE}.
   */
  public long valueAddress(int offset) {
    return 0;
  }

  /** {@code bpf_map_lookup_elem}: the value's address, or 0. */
  public long lookup(int cpu, byte[] key, int at) {
    return 0;
  }

  /** {@code bpf_map_lookup_percpu_elem}: the value's address on a processor, or 0. */
  public long lookupOn(int cpu, byte[] key, int at) {
    return 0;
  }

  /** The key of the element whose value is at an address, or null. */
  public byte @Nullable [] keyOf(long valueAddress) {
    return null;
  }

  /** Whether an element's value is at an address. */
  final boolean isValue(long address) {
    return keyOf(address) != null;
  }

  /** {@code bpf_map_update_elem}. */
  public long update(int cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    return Errno.EOPNOTSUPP.negated();
  }

  /** {@code bpf_map_delete_elem}. */
  public long delete(int cpu, byte[] key, int at) {
    return Errno.EOPNOTSUPP.negated();
  }

  /** {@code bpf_map_push_elem}. */
  public long push(byte[] value, int at, long flags) {
    return Errno.EOPNOTSUPP.negated();
  }

  /** {@code bpf_map_pop_elem}. */
  public long pop(byte[] value, int at) {
    return Errno.EOPNOTSUPP.negated();
  }

  /** {@code bpf_map_peek_elem}. */
  public long peek(byte[] value, int at) {
    return Errno.EOPNOTSUPP.negated();
  }

  /**
   * {@code BPF_MAP_LOOKUP_ELEM}: 0 and the value in {@code value}, or a negative {@link Errno}.
   *
   * @param value {@link #elementBytes} long; a bloom filter's question
   */
  public int read(byte[] key, byte[] value, long flags) {
    return unreadable(flags, Errno.EOPNOTSUPP);
  }

  /** {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}, as {@link #read}. */
  public int take(byte[] key, byte[] value, long flags) {
    return Errno.ENOTSUPP.negated();
  }

  /**
   * {@code BPF_MAP_GET_NEXT_KEY}: 0 and the key behind a key in {@code next}, or a negative {@link
   * Errno}; null, and a key that is not there, ask for the first.
   */
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return Errno.EOPNOTSUPP.negated();
  }

  /** The value of a key, or null. */
  public byte @Nullable [] get(byte[] key) {
    sizes(key, null, 0);
    byte[] value = new byte[elementBytes()];
    return read(key, value, 0) == 0 ? value : null;
  }

  /** Sets a key's value: 0 or a negative {@link Errno}. */
  public int put(byte[] key, byte[] value, long flags) {
    int error = mayWrite(flags);
    return error != 0 ? error : Errno.EOPNOTSUPP.negated();
  }

  /** Removes a key: 0 or a negative {@link Errno}. */
  public int remove(byte[] key) {
    return Errno.EOPNOTSUPP.negated();
  }

  /** A copy of all keys, in the order of {@code BPF_MAP_GET_NEXT_KEY}. */
  public List<byte[]> keys() {
    return List.of();
  }

  /** Bytes of an element as the system call hands it: all processors' values of a per-CPU map. */
  public int elementBytes() {
    return valueSize();
  }

  /** Whether user space may write: a frozen map is for programs alone. */
  final int mayWrite(long flags) {
    if (spec.has(MapFlag.RDONLY)) {
      return Errno.EPERM.negated();
    }
    return (flags & F_LOCK) != 0 && !fields.hasLock() ? Errno.EINVAL.negated() : 0;
  }

  /** Whether user space may read with these flags. */
  final int mayRead(long flags) {
    if ((flags & ~F_LOCK) != 0) {
      return Errno.EINVAL.negated();
    }
    if (spec.has(MapFlag.WRONLY)) {
      return Errno.EPERM.negated();
    }
    return (flags & F_LOCK) != 0 && !fields.hasLock() ? Errno.EINVAL.negated() : 0;
  }

  /** The answer of a type that has nothing to read. */
  final int unreadable(long flags, Errno errno) {
    int error = mayRead(flags);
    return error != 0 ? error : errno.negated();
  }

  /** Copies an element's value for user space. */
  final void export(byte[] from, int at, byte[] to, int index) {
    System.arraycopy(from, at, to, index, valueSize());
    copy.clear(to, index);
  }

  /** Checks the sizes of what the system call's side hands in. */
  final void sizes(byte[] key, byte @Nullable [] value, int valueBytes) {
    if (key.length != keySize()) {
      throw new IllegalArgumentException(
          "map '%s' has keys of %d bytes, not %d".formatted(name(), keySize(), key.length));
    }
    if (value != null && value.length != valueBytes) {
      throw new IllegalArgumentException(
          "map '%s' has values of %d bytes, not %d".formatted(name(), valueBytes, value.length));
    }
  }

  /** Whether programs may write values. */
  final boolean programsWrite() {
    return !spec.has(MapFlag.RDONLY_PROG);
  }

  static int roundUp8(int size) {
    return (size + 7) & -8;
  }

  @Override
  public String toString() {
    return type().kernelName() + " " + name();
  }
}
