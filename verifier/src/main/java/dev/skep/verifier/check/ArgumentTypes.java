package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.catalog.Argument;
import dev.skep.catalog.ArgumentKind;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.TypeFlag;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.BtfWalk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pointers an argument takes, and with which offsets ({@code check_reg_type}, {@code
 * check_func_arg_reg_off}).
 */
final class ArgumentTypes {

  private static final int SK_RELEASE = 86;

  /** A type that an argument takes. */
  private record Accepted(RegType type, int flags) {}

  private static Accepted type(RegType type) {
    return new Accepted(type, 0);
  }

  private static Accepted btf(int flags) {
    return new Accepted(RegType.PTR_TO_BTF_ID, flags);
  }

  private static final List<Accepted> MEMORY =
      List.of(
          type(RegType.PTR_TO_STACK),
          type(RegType.PTR_TO_PACKET),
          type(RegType.PTR_TO_PACKET_META),
          type(RegType.PTR_TO_MAP_KEY),
          type(RegType.PTR_TO_MAP_VALUE),
          type(RegType.PTR_TO_MEM),
          new Accepted(RegType.PTR_TO_MEM, TypeFlags.MEM_RINGBUF),
          type(RegType.PTR_TO_BUF),
          btf(TypeFlags.PTR_TRUSTED));
  private static final List<Accepted> SOCKETS =
      List.of(
          type(RegType.PTR_TO_SOCK_COMMON),
          type(RegType.PTR_TO_SOCKET),
          type(RegType.PTR_TO_TCP_SOCK),
          type(RegType.PTR_TO_XDP_SOCK));
  private static final List<Accepted> BTF_SOCKETS =
      List.of(
          type(RegType.PTR_TO_SOCK_COMMON),
          type(RegType.PTR_TO_SOCKET),
          type(RegType.PTR_TO_TCP_SOCK),
          type(RegType.PTR_TO_XDP_SOCK),
          btf(0),
          btf(TypeFlags.PTR_TRUSTED));
  private static final List<Accepted> BTF_POINTERS =
      List.of(btf(0), btf(TypeFlags.PTR_TRUSTED), btf(TypeFlags.MEM_RCU));
  private static final List<Accepted> PER_CPU =
      List.of(
          btf(TypeFlags.MEM_PERCPU),
          btf(TypeFlags.MEM_PERCPU | TypeFlags.MEM_RCU),
          btf(TypeFlags.MEM_PERCPU | TypeFlags.PTR_TRUSTED));
  private static final List<Accepted> VALUE_OR_OBJECT =
      List.of(type(RegType.PTR_TO_MAP_VALUE), btf(TypeFlags.MEM_ALLOC));

  private final Environment env;
  private final MemoryBounds bounds;

  ArgumentTypes(Environment env, MemoryBounds bounds) {
    this.env = env;
    this.bounds = bounds;
  }

  /**
   * What an argument wants.
   *
   * @param btfType the kernel structure, 0 if the kind says it or there is none
   * @param helper whose argument it is, null for a global function's
   */
  record Wanted(
      ArgumentKind kind,
      boolean nullable,
      boolean readOnly,
      boolean release,
      int btfType,
      @Nullable HelperPrototype helper) {}

  /** What a helper's argument wants. */
  Wanted wanted(HelperPrototype helper, Argument argument, ArgumentKind kind) {
    Btf btf = env.profile.kernelBtf();
    String name =
        kind == ArgumentKind.PTR_TO_BTF_ID_SOCK_COMMON ? "sock_common" : argument.btfType();
    int id = btf == null || name == null ? 0 : btf.findStruct(name).orElse(0);
    return new Wanted(
        kind,
        argument.has(TypeFlag.PTR_MAYBE_NULL),
        argument.has(TypeFlag.MEM_RDONLY),
        argument.has(TypeFlag.OBJ_RELEASE),
        id,
        helper);
  }

  /** Ends with a rejection unless the register's type is one of those. */
  void check(int number, Reg reg, Wanted wanted) {
    check(number, reg, wanted, null);
  }

  /** The same; {@code kptr} is the field that {@code bpf_kptr_xchg} puts its argument into. */
  void check(int number, Reg reg, Wanted wanted, ValueFields.@Nullable Field kptr) {
    List<Accepted> accepted = accepted(wanted.kind());
    int flags = reg.flags();
    if (wanted.readOnly()) {
      flags &= ~TypeFlags.MEM_RDONLY;
    }
    if (wanted.nullable()) {
      flags &= ~TypeFlags.PTR_MAYBE_NULL;
    }
    if (wanted.kind() == ArgumentKind.PTR_TO_MEM) {
      flags &= ~TypeFlags.DYNPTR_TYPE_MASK;
    }
    if (kptr != null && reg.isAllocated()) {
      flags &= ~(TypeFlags.MEM_ALLOC | TypeFlags.MEM_PERCPU);
    }
    for (Accepted one : accepted) {
      if (one.type() == reg.type() && one.flags() == flags) {
        if (reg.type() == RegType.PTR_TO_BTF_ID) {
          checkStructure(number, reg, wanted, kptr, accepted == MEMORY);
        }
        return;
      }
    }
    StringBuilder text = new StringBuilder();
    for (Accepted one : accepted) {
      text.append(text.isEmpty() ? "" : ", ");
      text.append(StatePrinter.typeName(one.type(), one.flags()));
    }
    throw env.deny("R" + number + " type=" + StatePrinter.typeName(reg) + " expected=" + text);
  }

  private void checkStructure(
      int number, Reg reg, Wanted wanted, ValueFields.@Nullable Field kptr, boolean memory) {
    HelperPrototype helper = wanted.helper();
    if (memory) {
      if (!wanted.readOnly()) {
        throw env.deny(
            "%s() may write into memory pointed by R%d type=%s"
                .formatted(
                    helper == null ? "" : helper.kernelName(), number, StatePrinter.typeName(reg)));
      }
      return;
    }
    if (kptr != null && reg.has(TypeFlags.MEM_ALLOC)) {
      new Kptrs(env, bounds).checkMatch(kptr, reg, number);
      return;
    }
    if (reg.has(TypeFlags.MEM_ALLOC) || reg.has(TypeFlags.MEM_PERCPU)) {
      return;
    }
    if (reg.mayBeNull() && (!wanted.nullable() || wanted.release())) {
      throw env.deny("Possibly NULL pointer passed to helper arg" + number);
    }
    if (kptr != null) {
      new Kptrs(env, bounds).checkMatch(kptr, reg, number);
      return;
    }
    Btf btf = env.profile.kernelBtf();
    if (btf == null || wanted.btfType() == 0) {
      throw env.notModelled(
          "BTF pointer to " + reg.btf().type(reg.btfId()).name() + " as R" + number);
    }
    boolean strict = wanted.release() && (helper == null || helper.id() != SK_RELEASE);
    boolean matches =
        new BtfWalk(env)
            .idsMatch(reg.btf(), reg.btfId(), reg.off(), btf, wanted.btfType(), strict, true);
    if (!matches) {
      throw env.deny(
          "R%d is of type %s but %s is expected"
              .formatted(
                  number, reg.btf().type(reg.btfId()).name(), btf.type(wanted.btfType()).name()));
    }
  }

  /** Ends with a rejection if the pointer was moved where it must not have been. */
  void checkOffset(int number, Reg reg, boolean release) {
    if (release) {
      if (reg.off() != 0) {
        throw env.invalid(
            "R"
                + number
                + " must have zero offset when passed to release func or trusted arg to kfunc");
      }
      bounds.fixedOffset(number, reg, false);
      return;
    }
    int flags = reg.flags();
    switch (reg.type()) {
      case PTR_TO_STACK,
          PTR_TO_PACKET,
          PTR_TO_PACKET_META,
          PTR_TO_MAP_KEY,
          PTR_TO_MAP_VALUE,
          PTR_TO_MEM,
          PTR_TO_BUF,
          PTR_TO_ARENA,
          SCALAR_VALUE -> {
        if ((flags & ~(TypeFlags.MEM_RDONLY | TypeFlags.MEM_RINGBUF)) != 0) {
          bounds.fixedOffset(number, reg, false);
        }
      }
      case PTR_TO_BTF_ID -> bounds.fixedOffset(number, reg, mayHaveOffset(flags));
      default -> bounds.fixedOffset(number, reg, false);
    }
  }

  private static boolean mayHaveOffset(int flags) {
    int borrowed = TypeFlags.MEM_ALLOC | TypeFlags.NON_OWN_REF;
    return flags == 0
        || flags == TypeFlags.MEM_ALLOC
        || flags == TypeFlags.PTR_TRUSTED
        || flags == TypeFlags.MEM_RCU
        || flags == borrowed
        || flags == (borrowed | TypeFlags.MEM_RCU);
  }

  private static List<Accepted> accepted(ArgumentKind kind) {
    return switch (kind) {
      case PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, PTR_TO_MEM -> MEMORY;
      case CONST_SIZE, CONST_SIZE_OR_ZERO, CONST_ALLOC_SIZE_OR_ZERO, ANYTHING ->
          List.of(type(RegType.SCALAR_VALUE));
      case CONST_MAP_PTR -> List.of(type(RegType.CONST_PTR_TO_MAP));
      case PTR_TO_CTX -> List.of(type(RegType.PTR_TO_CTX));
      case PTR_TO_SOCK_COMMON -> SOCKETS;
      case PTR_TO_SOCKET -> List.of(type(RegType.PTR_TO_SOCKET));
      case PTR_TO_BTF_ID -> BTF_POINTERS;
      case PTR_TO_BTF_ID_SOCK_COMMON -> BTF_SOCKETS;
      case PTR_TO_SPIN_LOCK, KPTR_XCHG_DEST -> VALUE_OR_OBJECT;
      case PTR_TO_RINGBUF_MEM -> List.of(new Accepted(RegType.PTR_TO_MEM, TypeFlags.MEM_RINGBUF));
      case PTR_TO_PERCPU_BTF_ID -> PER_CPU;
      case PTR_TO_FUNC -> List.of(type(RegType.PTR_TO_FUNC));
      case PTR_TO_STACK -> List.of(type(RegType.PTR_TO_STACK));
      case PTR_TO_CONST_STR, PTR_TO_TIMER -> List.of(type(RegType.PTR_TO_MAP_VALUE));
      case PTR_TO_DYNPTR -> List.of(type(RegType.PTR_TO_STACK), type(RegType.CONST_PTR_TO_DYNPTR));
      case PTR_TO_ARENA -> List.of(type(RegType.PTR_TO_ARENA), type(RegType.SCALAR_VALUE));
    };
  }
}
