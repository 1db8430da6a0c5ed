package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.kernel.UsdtArgument.Place;
import dev.skep.kernel.UsdtProbes.Probe;
import dev.skep.kernel.error.KernelCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program at all places of a marker; closing it takes the program from them.
 *
 * <p>The same argument may be in a register at one place and in memory at another. A program that
 * was written with libbpf's {@code usdt.bpf.h} asks {@code bpf_usdt_arg()}, which looks into the
 * object's map {@code __bpf_usdt_specs}: there each place's arguments are described, and the
 * place's cookie is the element's index. Other programs get the caller's cookie, and find the
 * arguments themselves: {@link UsdtArgument#parse}.
 */
public final class UsdtAttachment implements AutoCloseable {

  static final String SPECS = "__bpf_usdt_specs";

  // struct __bpf_usdt_spec: 12 times struct __bpf_usdt_arg_spec, u64 usdt_cookie, s16 arg_cnt
  private static final int ARGUMENTS = 12;
  private static final int ARGUMENT_BYTES = 16;
  private static final int SPEC_BYTES = ARGUMENTS * ARGUMENT_BYTES + 16;
  private static final int CONSTANT = 0;
  private static final int REGISTER = 1;
  private static final int MEMORY = 2;
  private static final int INDEXED = 3; // since libbpf 1.7; earlier ones answer EINVAL to it
  private static final int INDEX_SHIFT = 16;
  private static final int SCALE_SHIFT = 28;

  private final List<Probe> places;
  private final List<KernelLink> links;

  private UsdtAttachment(List<Probe> places, List<KernelLink> links) {
    this.places = List.copyOf(places);
    this.links = List.copyOf(links);
  }

  static UsdtAttachment attach(
      KernelObject session,
      KernelProgram program,
      Path binary,
      List<Probe> places,
      int pid,
      long cookie) {
    KernelMap specs = session.mapNamed(SPECS);
    List<Long> cookies =
        specs == null
            ? places.stream().map(_ -> cookie).toList()
            : describe(session, specs, places, cookie);
    return new UsdtAttachment(places, links(program, binary, places, cookies, pid));
  }

  /** Puts the places' arguments into the map; equal ones once. */
  private static List<Long> describe(
      KernelObject session, KernelMap specs, List<Probe> places, long cookie) {
    if (specs.valueSize() != SPEC_BYTES) {
      throw new KernelCallException(
          "attaching to a marker",
          Errno.EINVAL.number(),
          "%s has values of %d bytes, and libbpf's have %d"
              .formatted(SPECS, specs.valueSize(), SPEC_BYTES));
    }
    var indexes = new LinkedHashMap<String, Long>();
    var cookies = new ArrayList<Long>();
    for (Probe place : places) {
      Long index = indexes.get(place.arguments());
      if (index == null) {
        index = (long) session.nextUsdtSpec(specs.maxEntries());
        specs.update(MapKeys.u32(index.intValue()), spec(place, cookie));
        indexes.put(place.arguments(), index);
      }
      cookies.add(index);
    }
    return cookies;
  }

  static byte[] spec(Probe place, long cookie) {
    List<UsdtArgument> arguments = UsdtArgument.parse(place.arguments());
    ByteBuffer out = ByteBuffer.allocate(SPEC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int count = Math.min(ARGUMENTS, arguments.size());
    for (int i = 0; i < count; i++) {
      argument(out.position(i * ARGUMENT_BYTES), arguments.get(i));
    }
    out.putLong(ARGUMENTS * ARGUMENT_BYTES, cookie);
    out.putShort(ARGUMENTS * ARGUMENT_BYTES + 8, (short) count);
    return out.array();
  }

  /** u64 val_off, u32 arg_type and index, s16 reg_off, bool arg_signed, s8 arg_bitshift. */
  private static void argument(ByteBuffer out, UsdtArgument argument) {
    switch (argument.place()) {
      case Place.Constant c -> out.putLong(c.value()).putInt(CONSTANT).putShort((short) 0);
      case Place.Register r -> out.putLong(0).putInt(REGISTER).putShort((short) r.offset());
      case Place.Memory m -> out.putLong(m.distance()).putInt(MEMORY).putShort((short) m.base());
      case Place.Indexed x ->
          out.putLong(x.distance())
              .putInt(
                  INDEXED
                      | x.index() << INDEX_SHIFT
                      | Integer.numberOfTrailingZeros(x.scale()) << SCALE_SHIFT)
              .putShort((short) x.base());
      // A type that no libbpf knows: bpf_usdt_arg() answers EINVAL.
      case Place.Unknown _ -> out.putLong(0).putInt(0xff).putShort((short) 0);
    }
    out.put((byte) (argument.signed() ? 1 : 0)).put((byte) (64 - 8 * argument.bytes()));
  }

  /**
   * One link for all places where the program was loaded for that, as objects are read for Linux
   * 6.6 and newer; otherwise one for each.
   */
  private static List<KernelLink> links(
      KernelProgram program, Path binary, List<Probe> places, List<Long> cookies, int pid) {
    KernelLink all = together(program, binary, places, cookies, pid);
    if (all != null) {
      return List.of(all);
    }
    var links = new ArrayList<KernelLink>();
    try {
      for (int i = 0; i < places.size(); i++) {
        links.add(program.attach(places.get(i).in(binary, pid, cookies.get(i))));
      }
      return links;
    } catch (KernelCallException e) {
      links.forEach(KernelLink::close);
      throw e;
    }
  }

  private static @Nullable KernelLink together(
      KernelProgram program, Path binary, List<Probe> places, List<Long> cookies, int pid) {
    boolean counted = places.stream().anyMatch(p -> p.semaphore() != 0);
    try {
      return program.attach(
          new AttachTarget.UprobeMulti(
              binary,
              places.stream().map(Probe::offset).toList(),
              cookies,
              counted ? places.stream().map(Probe::semaphore).toList() : List.of(),
              false,
              pid));
    } catch (KernelCallException e) {
      if (e.errno() == Errno.EINVAL) {
        return null; // loaded for single probes, or a kernel without this link
      }
      throw e;
    }
  }

  /** The places, in the order of the binary's notes. */
  public List<Probe> places() {
    return places;
  }

  /** The links: one for all places, or one for each. */
  public List<KernelLink> links() {
    return links;
  }

  /** What the places' arguments are, by place. */
  public Map<Probe, List<UsdtArgument>> arguments() {
    var all = new LinkedHashMap<Probe, List<UsdtArgument>>();
    places.forEach(p -> all.put(p, UsdtArgument.parse(p.arguments())));
    return all;
  }

  @Override
  public void close() {
    links.forEach(KernelLink::close);
  }
}
