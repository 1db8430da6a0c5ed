package dev.skep.kernel;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapRules;
import dev.skep.catalog.MapShape;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the running kernel has, found by trying. Answers are kept for as long as the probe is.
 *
 * <p>A kernel that knows a thing but refuses our minimal use of it says so in the verifier's log or
 * by a particular error; {@code EPERM} tells nothing and is {@link
 * Availability.Answer#INCONCLUSIVE}.
 */
public final class FeatureProbe {

  private static final RawInstruction EXIT = RawInstruction.of(0x95, 0, 0, 0, 0);
  private static final RawInstruction ZERO = RawInstruction.of(0xb7, 0, 0, 0, 0);

  private final Kernel kernel;
  private final Map<Object, Availability> known = new ConcurrentHashMap<>();

  /** Probes a kernel. */
  public FeatureProbe(Kernel kernel) {
    this.kernel = kernel;
  }

  private record HelperKey(ProgramType type, int helper) {}

  /** Whether programs of a type can be loaded. */
  public Availability programType(ProgramType type) {
    return known.computeIfAbsent(type, t -> probe(type, Code.of(ZERO, EXIT)));
  }

  /** Whether maps of a type can be created. */
  public Availability mapType(MapType type) {
    return known.computeIfAbsent(type, t -> probe(type));
  }

  /** Whether programs of a type may call a helper, by its number. */
  public Availability helper(ProgramType type, int helper) {
    Availability typeAnswer = programType(type);
    return typeAnswer.isAvailable()
        ? known.computeIfAbsent(new HelperKey(type, helper), k -> probeHelper(type, helper))
        : typeAnswer;
  }

  /** A property of the verifier and instruction set that no type or helper shows. */
  public enum Feature {
    /** More than 4,096 instructions in a program (Linux 5.2). */
    LARGE_INSN_LIMIT("have_large_insn_limit"),
    /** Loops whose end the verifier can see (Linux 5.3). */
    BOUNDED_LOOPS("have_bounded_loops"),
    /** {@code JLT JLE JSLT JSLE} (Linux 4.14). */
    V2_ISA_EXTENSION("have_v2_isa_extension"),
    /** Class {@code JMP32} (Linux 5.1). */
    V3_ISA_EXTENSION("have_v3_isa_extension"),
    /** {@code gotol}, sign-extending moves and loads, {@code SDIV}, {@code BSWAP} (Linux 6.6). */
    V4_ISA_EXTENSION("have_v4_isa_extension"),
    /** Load-acquire and store-release (Linux 6.15). */
    LOAD_ACQUIRE("have_load_acquire"),
    /** Types of functions and lines (Linux 5.0). */
    BTF("have_btf"),
    /** {@code BTF_KIND_FLOAT} (Linux 5.13). */
    BTF_FLOAT("have_btf_float"),
    /** {@code BTF_KIND_DECL_TAG} (Linux 5.16). */
    BTF_DECL_TAG("have_btf_decl_tag"),
    /** {@code BTF_KIND_TYPE_TAG} (Linux 5.17). */
    BTF_TYPE_TAG("have_btf_type_tag"),
    /** {@code BTF_KIND_ENUM64} (Linux 6.0). */
    BTF_ENUM64("have_btf_enum64");

    private final String key;

    Feature(String key) {
      this.key = key;
    }

    /** The name in machine-readable output. */
    public String key() {
      return key;
    }
  }

  /** Whether the kernel has a feature. */
  public Availability feature(Feature feature) {
    return known.computeIfAbsent(feature, f -> probe(feature));
  }

  private Availability probe(Feature feature) {
    return switch (feature) {
      case LARGE_INSN_LIMIT -> {
        var code = new RawInstruction[4098];
        Arrays.fill(code, ZERO);
        code[code.length - 1] = EXIT;
        yield probe(Code.of(code));
      }
      case BOUNDED_LOOPS ->
          probe(
              Code.of(
                  RawInstruction.of(0xb7, 0, 0, 0, 10),
                  RawInstruction.of(0x07, 0, 0, 0, -1),
                  RawInstruction.of(0x55, 0, 0, -2, 0),
                  EXIT));
      case V2_ISA_EXTENSION ->
          probe(Code.of(ZERO, RawInstruction.of(0xa5, 0, 0, 0, 0), ZERO, EXIT));
      case V3_ISA_EXTENSION ->
          probe(Code.of(ZERO, RawInstruction.of(0xa6, 0, 0, 0, 0), ZERO, EXIT));
      // r0 = (s8)r0
      case V4_ISA_EXTENSION -> probe(Code.of(ZERO, RawInstruction.of(0xbf, 0, 0, 8, 0), EXIT));
      case LOAD_ACQUIRE ->
          probe(
              Code.of(
                  RawInstruction.of(0x7a, 10, 0, -8, 0),
                  RawInstruction.of(0xdb, 0, 10, -8, 0x100),
                  ZERO,
                  EXIT));
      case BTF -> probeBtf(BtfType.Int.signed("int", 4));
      case BTF_FLOAT -> probeBtf(new BtfType.Float("float", 4));
      case BTF_DECL_TAG ->
          probeBtf(new BtfType.Struct("s", false, 4, List.of()), new BtfType.DeclTag("tag", 1, -1));
      case BTF_TYPE_TAG ->
          probeBtf(
              BtfType.Int.signed("int", 4),
              new BtfType.TypeTag("tag", 1, false),
              new BtfType.Ptr(2));
      case BTF_ENUM64 -> probeBtf(new BtfType.Enum64("e", 8, false, List.of()));
    };
  }

  private Availability probeBtf(BtfType... types) {
    var builder = new BtfBuilder();
    for (BtfType type : types) {
      builder.add(type);
    }
    try (KernelBtf btf = kernel.loadBtf(builder.build())) {
      return btf.isClosed() ? Availability.NOT_SUPPORTED : Availability.AVAILABLE;
    } catch (KernelCallException e) {
      return e.errno() == Errno.EPERM
          ? Availability.inconclusive(e.getMessage())
          : Availability.NOT_SUPPORTED;
    }
  }

  private Availability probe(Code code) {
    return switch (load(ProgramType.SOCKET_FILTER, code)) {
      case LoadResult.Loaded l -> {
        l.program().close();
        yield Availability.AVAILABLE;
      }
      case LoadResult.Refused r when r.errno() == Errno.EPERM ->
          Availability.inconclusive(r.reason());
      case LoadResult.Refused r -> Availability.NOT_SUPPORTED;
    };
  }

  private Availability probe(ProgramType type, Code code) {
    if (type == ProgramType.UNSPEC) {
      return Availability.NOT_SUPPORTED;
    }
    return switch (load(type, code)) {
      case LoadResult.Loaded l -> {
        l.program().close();
        yield Availability.AVAILABLE;
      }
      case LoadResult.Refused r -> {
        // A log, or ENOTSUPP for struct_ops without a struct, comes from code that the type has.
        boolean known = !r.log().isBlank() || r.errno() == Errno.ENOTSUPP;
        if (known) {
          yield Availability.AVAILABLE;
        }
        yield r.errno() == Errno.EPERM
            ? Availability.inconclusive("EPERM: " + r.reason())
            : Availability.NOT_SUPPORTED;
      }
    };
  }

  private Availability probeHelper(ProgramType type, int helper) {
    LoadResult result = load(type, Code.of(RawInstruction.of(0x85, 0, 0, 0, helper), EXIT));
    return switch (result) {
      case LoadResult.Loaded l -> {
        l.program().close();
        yield Availability.AVAILABLE;
      }
      case LoadResult.Refused r -> {
        String log = r.log();
        if (log.contains("invalid func ")
            || log.contains("unknown func ")
            || log.contains("cannot use helper")) {
          yield Availability.NOT_SUPPORTED;
        }
        // Without the line of the call, something else stopped the verifier before it.
        yield log.contains("call ")
            ? Availability.AVAILABLE
            : Availability.inconclusive(r.errnoName() + " before the verifier saw the call");
      }
    };
  }

  private LoadResult load(ProgramType type, Code code) {
    ProgramSpec spec = ProgramSpec.of("probe", type, code);
    return kernel.load(
        ProgramSpec.builder(spec.name(), type, code)
            .expectedAttachType(attachType(type))
            .attachBtfId(type == ProgramType.STRUCT_OPS ? 1 : 0)
            .build(),
        LoadOptions.DEFAULT.unchecked().withLogLevel(1));
  }

  private static @Nullable AttachType attachType(ProgramType type) {
    return switch (type) {
      case CGROUP_SOCK_ADDR -> AttachType.CGROUP_INET4_CONNECT;
      case CGROUP_SOCKOPT -> AttachType.CGROUP_GETSOCKOPT;
      case SK_LOOKUP -> AttachType.SK_LOOKUP;
      case TRACING -> AttachType.TRACE_FENTRY;
      case LSM -> AttachType.LSM_MAC;
      case NETFILTER -> AttachType.NETFILTER;
      default -> null;
    };
  }

  private Availability probe(MapType type) {
    if (type == MapType.UNSPEC) {
      return Availability.NOT_SUPPORTED;
    }
    try (Arena arena = Arena.ofConfined();
        Fixture fixture = Fixture.of(kernel, type)) {
      int result = Bpf.attempt(BpfCommand.MAP_CREATE, fixture.fill(arena));
      if (result >= 0) {
        dev.skep.kernel.sys.Fd.own(result).close();
        return Availability.AVAILABLE;
      }
      if (result == Errno.ENOTSUPP.negated() && type == MapType.STRUCT_OPS) {
        return Availability.AVAILABLE; // it looked for the struct
      }
      return result == Errno.EPERM.negated()
          ? Availability.inconclusive("EPERM: BPF_MAP_CREATE refused")
          : Availability.NOT_SUPPORTED;
    } catch (KernelCallException e) {
      // What the map needs beside itself was refused.
      return Availability.inconclusive(e.getMessage());
    }
  }

  /** A small map of a type, and what it needs beside itself: an inner map, or types. */
  private record Fixture(MapShape shape, @Nullable KernelMap inner, @Nullable KernelBtf btf)
      implements AutoCloseable {

    private static final int INT = 1;

    static Fixture of(Kernel kernel, MapType type) {
      MapShape shape = MapRules.example(type);
      MapShape inner = shape.inner();
      if (inner != null) {
        MapSpec spec =
            MapSpec.of(
                "inner", inner.type(), inner.keySize(), inner.valueSize(), inner.maxEntries());
        return new Fixture(shape, kernel.createMap(spec), null);
      }
      if (shape.keyType()) {
        var builder = new BtfBuilder();
        builder.add(BtfType.Int.signed("int", 4));
        return new Fixture(shape.withValueSize(4), null, kernel.loadBtf(builder.build()));
      }
      return new Fixture(shape, null, null);
    }

    Block fill(Arena arena) {
      Block attr =
          Block.of(arena, BpfAttr.MAP_CREATE)
              .set("map_type", shape.type().number())
              .set("key_size", shape.keySize())
              .set("value_size", shape.valueSize())
              .set("max_entries", shape.maxEntries())
              .set("map_flags", shape.flags())
              .set("btf_vmlinux_value_type_id", shape.type() == MapType.STRUCT_OPS ? 1 : 0);
      if (inner != null) {
        attr.set("inner_map_fd", inner.fd().acquire());
      }
      if (btf != null) {
        attr.set("btf_fd", btf.fd().acquire())
            .set("btf_key_type_id", INT)
            .set("btf_value_type_id", INT);
      }
      return attr;
    }

    @Override
    public void close() {
      if (inner != null) {
        inner.fd().release();
        inner.close();
      }
      if (btf != null) {
        btf.fd().release();
        btf.close();
      }
    }
  }
}
