package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.BtfWalk;
import dev.skep.verifier.types.StructOps;

/**
 * Accesses through pointers to kernel structures ({@code check_ptr_to_btf_access}, {@code
 * check_ptr_to_map_access}), and how far what was loaded there can be trusted.
 */
final class BtfPointers {

  private static final int TRUSTED_FLAGS =
      TypeFlags.MEM_ALLOC | TypeFlags.PTR_TRUSTED | TypeFlags.NON_OWN_REF;

  private final Environment env;

  BtfPointers(Environment env) {
    this.env = env;
  }

  /** A load or store through a pointer to a structure; the result is what a load gives. */
  Reg access(int number, Reg pointer, int off, int size, boolean write) {
    Btf btf = pointer.btf();
    String name = btf.type(pointer.btfId()).name();
    if (!env.profile.privileged()) {
      throw privileged(name);
    }
    boolean kernels = btf != env.program.btf();
    if (!env.program.gplCompatible() && kernels) {
      throw env.invalid(
          "Cannot access kernel 'struct " + name + "' from non-GPL compatible program");
    }
    String where = "R" + number + " is ptr_" + name;
    if (off < 0) {
      throw env.deny(where + " invalid negative access: off=" + off);
    }
    if (!pointer.range().isConst(0)) {
      throw env.deny(
          where + " invalid variable offset: off=" + off + ", var_off=" + pointer.varOff());
    }
    if (pointer.has(TypeFlags.MEM_USER)) {
      throw env.deny(where + " access user memory: off=" + off);
    }
    if (pointer.has(TypeFlags.MEM_PERCPU)) {
      throw env.deny(where + " access percpu memory: off=" + off);
    }
    if (pointer.has(TypeFlags.MEM_ALLOC)) {
      return new AllocatedObjects(env).access(pointer, off, size, write);
    }
    if (write) {
      checkWrite(pointer, off, size);
      return Reg.UNKNOWN;
    }
    BtfWalk.Found found = new BtfWalk(env).require(btf, pointer.btfId(), off, size, true);
    return switch (found) {
      case BtfWalk.ToStruct to -> Reg.btfPointer(trust(pointer, to), btf, to.typeId());
      case BtfWalk.ToOther to -> untrustedMemory();
      case BtfWalk.Scalar s -> Reg.UNKNOWN;
      case BtfWalk.Nothing n -> throw new Rejection(n.errno());
    };
  }

  /** What a load gave, with an id if it may be null. */
  Reg numbered(Reg loaded) {
    return loaded.mayBeNull() ? loaded.withId(env.newId()) : loaded;
  }

  static Reg untrustedMemory() {
    return Reg.pointer(
        RegType.PTR_TO_MEM,
        TypeFlags.MEM_RDONLY | TypeFlags.PTR_UNTRUSTED,
        new Detail.OfMemory(0, 0));
  }

  private RuntimeException privileged(String struct) {
    return env.refuse(
        "EPERM", "'struct " + struct + "' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN");
  }

  private void checkWrite(Reg pointer, int off, int size) {
    AttachTarget target = env.attachTarget;
    if (env.type() == ProgramType.STRUCT_OPS && target != null && target.struct() != null) {
      new StructOps(env).checkWrite(target.struct(), pointer, off, size);
      return;
    }
    boolean conntrack =
        switch (env.type()) {
          case XDP, SCHED_CLS, SCHED_ACT -> true;
          default -> false;
        };
    if (!conntrack) {
      throw env.deny("only read is supported");
    }
    String name = pointer.btf().type(pointer.btfId()).name();
    if (name.equals("nf_conn") || name.equals("nf_conn___init")) {
      throw env.notModelled("write to struct " + name);
    }
    throw new Rejection("EACCES");
  }

  /** The flags of a pointer that was loaded through another one. */
  private int trust(Reg pointer, BtfWalk.ToStruct to) {
    int flags = to.flags();
    if (pointer.has(TypeFlags.PTR_UNTRUSTED)) {
      return TypeFlags.PTR_UNTRUSTED;
    }
    if (!isTrusted(pointer) && !pointer.has(TypeFlags.MEM_RCU)) {
      return flags & ~(TypeFlags.MEM_RCU | TypeFlags.PTR_TRUSTED);
    }
    if (isListed(pointer, to, "__safe_trusted")) {
      return flags | TypeFlags.PTR_TRUSTED;
    }
    if (isListed(pointer, to, "__safe_trusted_or_null")) {
      return flags | TypeFlags.PTR_TRUSTED | TypeFlags.PTR_MAYBE_NULL;
    }
    if (!inRcuSection() || pointer.mayBeNull()) {
      return TypeFlags.PTR_UNTRUSTED;
    }
    if (isListed(pointer, to, "__safe_rcu")) {
      return flags | TypeFlags.MEM_RCU;
    }
    boolean listed = isListed(pointer, to, "__safe_rcu_or_null");
    if ((flags & TypeFlags.MEM_RCU) != 0 || listed) {
      int kept = listed ? flags & ~TypeFlags.PTR_UNTRUSTED : flags;
      return kept | TypeFlags.MEM_RCU | TypeFlags.PTR_MAYBE_NULL;
    }
    if ((flags & (TypeFlags.MEM_PERCPU | TypeFlags.MEM_USER)) != 0) {
      return flags;
    }
    return flags & ~(TypeFlags.MEM_RCU | TypeFlags.PTR_TRUSTED);
  }

  /** {@code is_trusted_reg}. */
  private static boolean isTrusted(Reg pointer) {
    return pointer.refObjId() != 0
        || pointer.has(TRUSTED_FLAGS) && (pointer.flags() & ~TRUSTED_FLAGS) == 0;
  }

  /** {@code in_rcu_cs}. */
  private boolean inRcuSection() {
    return env.state.activeRcuLocks > 0 || env.state.activeLocks > 0 || !env.state.inSleepable;
  }

  /**
   * Whether the kernel keeps the member on a list: such lists are structures in its BTF, named like
   * the one they speak of, with a suffix.
   */
  private static boolean isListed(Reg pointer, BtfWalk.ToStruct to, String suffix) {
    Btf btf = pointer.btf();
    if (!(btf.type(pointer.btfId()) instanceof BtfType.Struct walked)) {
      return false;
    }
    String name = walked.name() + suffix;
    var list = walked.union() ? btf.findUnion(name) : btf.findStruct(name);
    if (list.isEmpty() || !(btf.type(list.getAsInt()) instanceof BtfType.Struct struct)) {
      return false;
    }
    for (BtfType.Member member : struct.members()) {
      if (member.name().equals(to.member())
          && btf.resolved(member.type()) instanceof BtfType.Ptr p
          && btf.resolve(p.type()) == to.typeId()) {
        return true;
      }
    }
    return false;
  }

  /** A load through a pointer to a map: the kernel's structure of that kind of map. */
  Reg map(int number, Reg pointer, int off, int size, boolean write) {
    Btf btf = env.profile.kernelBtf();
    MapType type = pointer.map().type();
    String name = type.structName();
    if (btf == null) {
      throw env.notModelled("access to struct bpf_map");
    }
    var id = btf.findStruct(name);
    if (id.isEmpty()) {
      throw env.refuse("ENOTSUPP", "map_ptr access not supported for map type " + type.number());
    }
    if (!env.profile.privileged()) {
      throw privileged(name);
    }
    if (off < 0) {
      throw env.deny("R" + number + " is " + name + " invalid negative access: off=" + off);
    }
    if (write) {
      throw env.deny("only read from " + name + " is supported");
    }
    BtfWalk.Found found = new BtfWalk(env).require(btf, id.getAsInt(), off, size, true);
    return switch (found) {
      case BtfWalk.ToStruct to -> Reg.btfPointer(to.flags(), btf, to.typeId());
      case BtfWalk.ToOther to -> untrustedMemory();
      case BtfWalk.Scalar s -> Reg.UNKNOWN;
      case BtfWalk.Nothing n -> throw new Rejection(n.errno());
    };
  }
}
