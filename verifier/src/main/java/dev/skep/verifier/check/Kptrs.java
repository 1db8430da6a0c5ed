package dev.skep.verifier.check;

import dev.skep.catalog.SpecialField;
import dev.skep.isa.RawInstruction;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.TypeMatch;
import java.util.Set;

/** Pointers kept in map values and allocated objects: kptr, percpu_kptr and uptr fields. */
final class Kptrs {

  /** Kernel objects that live until the end of an RCU section: {@code rcu_protected_types}. */
  private static final Set<String> RCU_PROTECTED =
      Set.of("prog_test_ref_kfunc", "cgroup", "bpf_cpumask", "task_struct", "bpf_crypto_ctx");

  private static final int MODE_MASK = 0xe0;
  private static final int MODE_MEM = 0x60;
  private static final int CLASS_MASK = 7;
  private static final int CLASS_LDX = 1;
  private static final int CLASS_ST = 2;
  private static final int CLASS_STX = 3;

  private final Environment env;
  private final MemoryBounds bounds;

  Kptrs(Environment env, MemoryBounds bounds) {
    this.env = env;
    this.bounds = bounds;
  }

  /** A load or store of such a field in a map's value: {@code check_map_kptr_access}. */
  void access(ValueFields.Field field, int register) {
    RawInstruction raw = env.code.at(env.pc);
    if ((raw.opcode() & MODE_MASK) != MODE_MEM) {
      throw env.deny("kptr in map can only be accessed using BPF_MEM instruction mode");
    }
    int kind = raw.opcode() & CLASS_MASK;
    boolean referenced =
        field.kind() == SpecialField.KPTR_REF || field.kind() == SpecialField.KPTR_PERCPU;
    if (kind != CLASS_LDX && referenced) {
      throw env.deny("store to referenced kptr disallowed");
    }
    if (kind != CLASS_LDX && field.kind() == SpecialField.UPTR) {
      throw env.deny("store to uptr disallowed");
    }
    switch (kind) {
      case CLASS_LDX -> env.state.set(register, loaded(field));
      case CLASS_STX -> {
        Reg value = env.state.reg(register);
        if (!value.isNullConstant()) {
          checkMatch(field, value, register);
        }
      }
      case CLASS_ST -> {
        if (raw.imm() != 0) {
          throw env.deny(
              "BPF_ST imm must be 0 when storing to kptr at off="
                  + Integer.toUnsignedString(field.offset()));
        }
      }
      default -> throw env.deny("kptr in map can only be accessed using BPF_LDX/BPF_STX/BPF_ST");
    }
  }

  /** What a load gives: {@code btf_ld_kptr_type}. */
  private Reg loaded(ValueFields.Field field) {
    if (field.kind() == SpecialField.UPTR) {
      int size = (int) field.btf().sizeOf(field.typeId());
      return Reg.pointer(RegType.PTR_TO_MEM, TypeFlags.PTR_MAYBE_NULL, new Detail.OfMemory(size, 0))
          .withId(env.newId());
    }
    int flags = TypeFlags.PTR_MAYBE_NULL;
    if (isRcuSafe(field) && References.inRcuSection(env)) {
      flags |= TypeFlags.MEM_RCU;
      if (field.kind() == SpecialField.KPTR_PERCPU) {
        flags |= TypeFlags.MEM_PERCPU;
      } else if (isLocal(field)) {
        flags |= TypeFlags.MEM_ALLOC;
      }
      ValueFields inside = env.fields.of(field.btf(), field.typeId());
      if (inside.has(SpecialField.LIST_NODE) || inside.has(SpecialField.RB_NODE)) {
        flags |= TypeFlags.NON_OWN_REF;
      }
    } else {
      flags |= TypeFlags.PTR_UNTRUSTED;
    }
    return Reg.btfPointer(flags, field.btf(), field.typeId()).withId(env.newId());
  }

  private boolean isLocal(ValueFields.Field field) {
    return field.btf() != env.profile.kernelBtf();
  }

  private boolean isRcuSafe(ValueFields.Field field) {
    return switch (field.kind()) {
      case KPTR_PERCPU -> true;
      case KPTR_REF ->
          isLocal(field) || RCU_PROTECTED.contains(field.btf().type(field.typeId()).name());
      default -> false;
    };
  }

  /** Whether a value may be put into a field: {@code map_kptr_match_type}. */
  void checkMatch(ValueFields.Field field, Reg value, int number) {
    String wanted = field.btf().type(field.typeId()).name();
    boolean unreferenced = field.kind() == SpecialField.KPTR_UNREF;
    boolean perCpu = field.kind() == SpecialField.KPTR_PERCPU;
    String name = "";
    if (value.type() == RegType.PTR_TO_BTF_ID) {
      int allowed =
          value.btf() == env.profile.kernelBtf()
              ? TypeFlags.PTR_TRUSTED | TypeFlags.MEM_RCU
              : TypeFlags.MEM_ALLOC;
      allowed |= TypeFlags.PTR_MAYBE_NULL;
      allowed |= unreferenced ? TypeFlags.PTR_UNTRUSTED : 0;
      allowed |= perCpu ? TypeFlags.MEM_PERCPU : 0;
      if ((value.flags() & ~allowed) == 0 && perCpu == value.has(TypeFlags.MEM_PERCPU)) {
        name = value.btf().type(value.btfId()).name();
        bounds.fixedOffset(number, value, true);
        if (TypeMatch.matches(
            env, value, value.btfId(), field.btf(), field.typeId(), !unreferenced)) {
          return;
        }
      }
    }
    String text =
        "invalid kptr access, R%d type=%s%s expected=ptr_%s"
            .formatted(number, StatePrinter.typeName(value), name, wanted);
    throw env.deny(unreferenced ? text + " or untrusted_ptr_" + wanted : text);
  }

  /** The field that {@code bpf_kptr_xchg} exchanges: {@code process_kptr_func}. */
  ValueFields.Field exchanged(int number, Reg reg) {
    if (!reg.isAllocated()) {
      MapSpec map = reg.map();
      if (map.btf() == null) {
        throw env.invalid(
            "map '" + map.kernelName() + "' has to have BTF in order to use bpf_kptr_xchg");
      }
    }
    if (!reg.range().isConst()) {
      throw env.invalid(
          "R" + number + " doesn't have constant offset. kptr has to be at the constant offset");
    }
    ValueFields fields = env.fields.of(reg);
    if (!fields.hasKptr()) {
      throw env.invalid("R" + number + " has no valid kptr");
    }
    long offset = reg.off() + reg.range().constantValue();
    ValueFields.Field field = fields.pointerAt(offset);
    if (field == null || !field.kind().isKptr()) {
      throw env.deny("off=" + (int) offset + " doesn't point to kptr");
    }
    if (field.kind() == SpecialField.KPTR_UNREF) {
      throw env.deny("off=" + (int) offset + " kptr isn't referenced kptr");
    }
    return field;
  }

  /** What {@code bpf_kptr_xchg} gives back. */
  Reg previous(ValueFields.Field field, int flags) {
    int more = isLocal(field) ? TypeFlags.MEM_ALLOC : 0;
    if (isLocal(field) && field.kind() == SpecialField.KPTR_PERCPU) {
      more |= TypeFlags.MEM_PERCPU;
    }
    return Reg.btfPointer(flags | more, field.btf(), field.typeId());
  }

  /** The object is the field's now; in an RCU section a per-CPU one may still be used. */
  boolean giveAway(int reference) {
    if (!References.drop(env.state, reference)) {
      return false;
    }
    boolean inRcu = References.inRcuSection(env);
    Reg gone = Calls.invalid(env);
    env.state.replaceAll(
        reg -> {
          if (reg.refObjId() != reference) {
            return reg;
          }
          boolean perCpu = reg.has(TypeFlags.MEM_ALLOC) && reg.has(TypeFlags.MEM_PERCPU);
          return inRcu && perCpu
              ? reg.withRefObjId(0)
                  .withFlags(reg.flags() & ~TypeFlags.MEM_ALLOC | TypeFlags.MEM_RCU)
              : gone;
        });
    return true;
  }
}
