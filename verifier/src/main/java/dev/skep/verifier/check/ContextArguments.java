package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.LsmHooks;
import dev.skep.catalog.ProgramType;
import dev.skep.catalog.ReturnRange;
import dev.skep.catalog.TracepointArguments;
import dev.skep.verifier.admission.AttachCheck;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.BtfNames;
import dev.skep.verifier.types.BtfWalk;
import dev.skep.verifier.types.StructOps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contexts that are a function's arguments, typed by its BTF ({@code btf_ctx_access}). */
final class ContextArguments {

  private final Environment env;

  ContextArguments(Environment env) {
    this.env = env;
  }

  /** What a load gives; ends with a rejection if there is nothing to load. */
  Reg load(int off, int size) {
    AttachTarget target = env.attachTarget;
    if (target == null) {
      throw env.notModelled("context arguments typed by BTF");
    }
    if (off % 8 != 0) {
      env.log.message("func '" + target.name() + "' offset " + off + " is not multiple of 8");
      throw badAccess(off, size);
    }
    Btf btf = target.btf();
    List<BtfType.Param> parameters = target.proto().params();
    int index = argumentAt(btf, target.proto(), off);
    int first = target.tracepoint() ? 1 : 0;
    int count = parameters.size() - first;
    int type;
    if (index < count) {
      type = parameters.get(index + first).type();
    } else if (index == count) {
      type = resultType(target, index, off, size);
    } else {
      throw noArgument(target, index, off, size);
    }
    return value(target, type, index, off, size);
  }

  private static int argumentAt(Btf btf, BtfType.FuncProto proto, int off) {
    long end = 0;
    int index = 0;
    for (BtfType.Param parameter : proto.params()) {
      end += slots(btf, parameter.type());
      if (off < end) {
        return index;
      }
      index++;
    }
    return off < end + slots(btf, proto.returnType()) ? index : index + 1;
  }

  private static long slots(Btf btf, int type) {
    return (Math.max(btf.sizeOf(btf.resolve(type)), 0) + 7) / 8 * 8;
  }

  /** The result is behind the arguments, for programs that run after the function. */
  private int resultType(AttachTarget target, int index, int off, int size) {
    AttachType attach = env.attachType();
    boolean after =
        env.type() != ProgramType.STRUCT_OPS
            && (attach == AttachType.LSM_MAC
                || attach == AttachType.LSM_CGROUP
                || attach == AttachType.TRACE_FEXIT);
    if (after) {
      return target.proto().returnType();
    }
    if (env.type() != ProgramType.STRUCT_OPS && attach == AttachType.MODIFY_RETURN) {
      BtfType result = target.btf().resolved(target.proto().returnType());
      if (!isNumber(result)) {
        env.log.message("ret type " + BtfNames.kind(result) + " not allowed for fmod_ret");
        throw badAccess(off, size);
      }
      return target.proto().returnType();
    }
    throw noArgument(target, index, off, size);
  }

  private RuntimeException noArgument(AttachTarget target, int index, int off, int size) {
    env.log.message("func '" + target.name() + "' doesn't have " + (index + 1) + "-th argument");
    return badAccess(off, size);
  }

  private static boolean isNumber(BtfType type) {
    return switch (type) {
      case BtfType.Int i -> i.size() <= 8;
      case BtfType.Enum e -> true;
      case BtfType.Enum64 e -> true;
      default -> false;
    };
  }

  private Reg value(AttachTarget target, int typeId, int index, int off, int size) {
    Btf btf = target.btf();
    int id = btf.resolve(typeId);
    BtfType type = btf.type(id);
    if (isNumber(type) || type instanceof BtfType.Struct) {
      return isResult(target, index) ? result(target) : Reg.UNKNOWN;
    }
    if (!(type instanceof BtfType.Ptr pointer)) {
      env.log.message(
          "func '%s' arg%d '%s' has type %s. Only pointer access is allowed"
              .formatted(target.name(), index, BtfNames.name(type), BtfNames.kind(type)));
      throw badAccess(off, size);
    }
    if (size != 8) {
      env.log.message("func '" + target.name() + "' size " + size + " must be 8");
      throw badAccess(off, size);
    }
    AttachTarget.@Nullable Argument argument = target.argumentAt(off);
    if (argument != null && argument.kind() == AttachTarget.Kind.BUFFER) {
      return numbered(Reg.pointer(RegType.PTR_TO_BUF, argument.flags(), Detail.NONE));
    }
    BtfType pointee = btf.resolved(pointer.type());
    if (pointee instanceof BtfType.Void || pointee instanceof BtfType.Int) {
      return Reg.UNKNOWN;
    }
    if (argument != null) {
      return listed(target, argument, off);
    }
    return structure(target, pointer, index, off, size);
  }

  private boolean isResult(AttachTarget target, int index) {
    return index == target.proto().params().size() - (target.tracepoint() ? 1 : 0);
  }

  /** What an LSM hook returned so far. */
  private Reg result(AttachTarget target) {
    if (env.type() != ProgramType.LSM || env.attachType() != AttachType.LSM_MAC) {
      return Reg.UNKNOWN;
    }
    ReturnRange range =
        ReturnRange.ofLsm(
            AttachType.LSM_MAC,
            AttachCheck.hook(target.name()),
            target.returnsVoid(),
            env.profile.version());
    if (range == null) {
      return Reg.UNKNOWN;
    }
    return Reg.scalar(
        ScalarRange.of(
                ScalarRange.UNKNOWN.varOff(),
                range.min(),
                range.max(),
                0,
                -1,
                range.min(),
                range.max(),
                0,
                -1)
            .sync(env.rules));
  }

  private Reg listed(AttachTarget target, AttachTarget.Argument argument, int off) {
    Reg pointer = Reg.btfPointer(argument.flags(), target.btf(), argument.typeId());
    if (argument.referenced()) {
      int reference = env.contextReferences.getOrDefault(off, 0);
      boolean held = env.state.references.stream().anyMatch(r -> r.id() == reference);
      if (!held) {
        throw env.deny(
            "invalid bpf_context access off=" + off + ". Reference may already be released");
      }
      pointer = pointer.withRefObjId(reference);
    }
    return numbered(promoted(target, pointer));
  }

  private static Reg promoted(AttachTarget target, Reg pointer) {
    String struct = target.struct();
    return struct == null
        ? pointer
        : pointer.withDetail(
            new Detail.OfBtf(
                target.btf(), StructOps.promoted(target.btf(), struct, pointer.btfId())));
  }

  private Reg structure(AttachTarget target, BtfType.Ptr pointer, int index, int off, int size) {
    Btf btf = target.btf();
    int flags = isTrusted(target) ? TypeFlags.PTR_TRUSTED : 0;
    boolean error = false;
    if (target.tracepoint()) {
      boolean judged = env.kernel.has(Behaviour.KNOWS_NULL_TRACEPOINT_ARGUMENTS);
      if (judged && TracepointArguments.mayBeNull(target.name(), index)) {
        flags |= TypeFlags.PTR_MAYBE_NULL;
      }
      error = judged && TracepointArguments.mayBeError(target.name(), index);
    } else if (index < target.proto().params().size()
        && target.proto().params().get(index).name().endsWith("__nullable")) {
      flags |= TypeFlags.PTR_MAYBE_NULL;
    }
    flags |= BtfWalk.tag(btf, pointer) & (TypeFlags.MEM_USER | TypeFlags.MEM_PERCPU);
    int id = btf.resolve(pointer.type());
    if (!(btf.type(id) instanceof BtfType.Struct struct)) {
      env.log.message(
          "func '%s' arg%d type %s is not a struct"
              .formatted(target.name(), index, BtfNames.kind(btf.type(id))));
      throw badAccess(off, size);
    }
    env.log.message(
        "func '%s' arg%d has btf_id %d type %s '%s'"
            .formatted(target.name(), index, id, BtfNames.kind(struct), struct.name()));
    if (error) {
      if (env.log.isOn()) {
        env.log.add("marking pointer arg" + index + " as scalar as it may encode error");
      }
      return Reg.UNKNOWN;
    }
    return numbered(promoted(target, Reg.btfPointer(flags, btf, id)));
  }

  private boolean isTrusted(AttachTarget target) {
    if (!env.kernel.has(Behaviour.TRUSTS_TRACED_ARGUMENTS)) {
      return false;
    }
    AttachType attach = env.attachType();
    return switch (env.type()) {
      case STRUCT_OPS -> true;
      case TRACING -> attach == AttachType.TRACE_RAW_TP || attach == AttachType.TRACE_ITER;
      case LSM -> LsmHooks.isTrusted(AttachCheck.hook(target.name()));
      default -> false;
    };
  }

  private Reg numbered(Reg pointer) {
    return pointer.mayBeNull() ? pointer.withId(env.newId()) : pointer;
  }

  private RuntimeException badAccess(int off, int size) {
    return env.deny("invalid bpf_context access off=" + off + " size=" + size);
  }
}
