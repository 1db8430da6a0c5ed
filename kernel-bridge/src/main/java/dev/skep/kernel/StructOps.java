package dev.skep.kernel;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A structure of the kernel's callbacks that BPF programs implement, in use by the kernel: {@code
 * BPF_MAP_TYPE_STRUCT_OPS} (Linux 5.6), such as a TCP congestion control.
 *
 * <p>A map made with {@code BPF_F_LINK} (Linux 6.4, section {@code .struct_ops.link}) is in use as
 * long as its {@link #link}; another from the moment its value is set until {@link #close} or
 * {@link #unregister} deletes it. Then the kernel keeps it until its last user is gone, such as a
 * connection.
 */
public final class StructOps implements AutoCloseable {

  /** {@code BPF_F_LINK}. */
  public static final int F_LINK = 1 << 13;

  /** What {@code struct bpf_struct_ops_common_value} says. The ordinal is the number. */
  public enum State {
    INIT,
    INUSE,
    TOBEFREE,
    READY
  }

  private final KernelMap map;
  private final @Nullable KernelLink link;

  private StructOps(KernelMap map, @Nullable KernelLink link) {
    this.map = map;
    this.link = link;
  }

  /**
   * Sets the structure's value, and has the kernel use it.
   *
   * @param programs by the byte offset of their pointers in the value
   */
  static StructOps register(KernelMap map, MapSpec spec, Map<Integer, KernelProgram> programs) {
    prepare(map, spec, programs);
    if ((spec.flags() & F_LINK) == 0) {
      return new StructOps(map, null);
    }
    return new StructOps(map, link(map));
  }

  /** Sets the value; without {@code BPF_F_LINK} the kernel uses it from then on. */
  static void prepare(KernelMap map, MapSpec spec, Map<Integer, KernelProgram> programs) {
    Bytes initial = spec.initialValue();
    var value =
        ByteBuffer.wrap(initial == null ? new byte[spec.valueSize()] : initial.toArray())
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      programs.forEach((at, program) -> value.putLong(at, program.fd().acquire()));
      map.update(new byte[spec.keySize()], value.array());
    } catch (KernelCallException e) {
      throw new KernelCallException(
          "registering struct_ops map " + spec.name() + ": " + e.call(),
          e.errorNumber(),
          e.errno() == Errno.EEXIST
              ? "the kernel has one of this name already"
              : e.errno() == Errno.EINVAL
                  ? "the kernel's subsystem refuses the structure: a callback that it needs is"
                      + " missing, or a field has a value that it does not take"
                  : e.reason());
    } finally {
      programs.values().forEach(program -> program.fd().release());
    }
  }

  /** A link of a map whose value is set: {@code BPF_LINK_CREATE} (Linux 6.4). */
  static KernelLink link(KernelMap map) {
    int fd = map.fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      return new KernelLink(
          map.kernel(),
          Bpf.open(
              BpfCommand.LINK_CREATE,
              Block.of(arena, BpfAttr.LINK_CREATE)
                  .set("map_fd", fd)
                  .set("attach_type", AttachType.STRUCT_OPS.number())));
    } finally {
      map.fd().release();
    }
  }

  /**
   * Ends the use of a map that was registered without a link; false if it was not in use.
   *
   * @throws KernelCallException {@code EOPNOTSUPP} for a map with {@code BPF_F_LINK}, which ends
   *     with its link
   */
  public static boolean unregister(KernelMap map) {
    return map.delete(new byte[map.keySize()]);
  }

  /** What the kernel does with a struct_ops map. */
  public static State state(KernelMap map) {
    byte[] value = map.lookup(new byte[map.keySize()]);
    return value == null
        ? State.INIT
        : State.values()[(int) Bytes.of(value).littleEndian(4, 4) & 3];
  }

  /** The structure. */
  public KernelMap map() {
    return map;
  }

  /** The link, or null if the map has none. */
  public @Nullable KernelLink link() {
    return link;
  }

  /** Ends the use; the map's owner closes the map. */
  @Override
  public void close() {
    if (link != null) {
      link.close();
    } else if (!map.isClosed()) {
      unregister(map);
    }
  }
}
