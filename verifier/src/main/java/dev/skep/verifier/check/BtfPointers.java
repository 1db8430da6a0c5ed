package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.explore.Environment;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.TypeFlags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Kernel structures known by BTF: arguments of tracing programs, and walks through members. */
final class BtfPointers {

  /** Tracepoints none of whose arguments Linux 6.18 lists as possibly NULL. */
  private static final Set<String> NEVER_NULL =
      Set.of(
          "sched_switch",
          "sched_wakeup",
          "sched_wakeup_new",
          "sched_waking",
          "sched_process_fork",
          "sched_process_exec",
          "sched_process_exit",
          "task_newtask",
          "task_rename",
          "sys_enter",
          "sys_exit",
          "cgroup_mkdir",
          "tcp_probe",
          "tcp_retransmit_synack",
          "inet_sock_set_state",
          "block_rq_issue",
          "block_rq_insert",
          "block_rq_complete");

  /** Members that stay trusted inside an RCU section: {@code BTF_TYPE_SAFE_RCU}. */
  private static final Map<String, Set<String>> SAFE_RCU =
      Map.of(
          "task_struct", Set.of("cpus_ptr", "cgroups", "real_parent", "group_leader"),
          "cgroup", Set.of("kn"),
          "css_set", Set.of("dfl_cgrp"),
          "cgroup_subsys_state", Set.of("cgroup"));

  /** The same, possibly NULL: {@code BTF_TYPE_SAFE_RCU_OR_NULL}. */
  private static final Map<String, Set<String>> SAFE_RCU_OR_NULL =
      Map.of(
          "mm_struct", Set.of("exe_file"), "sk_buff", Set.of("sk"), "request_sock", Set.of("sk"));

  /** Members that stay trusted: {@code BTF_TYPE_SAFE_TRUSTED}. */
  private static final Map<String, Set<String>> SAFE_TRUSTED =
      Map.of(
          "bpf_iter_meta", Set.of("seq"),
          "bpf_iter__task", Set.of("meta", "task"),
          "linux_binprm", Set.of("file"),
          "file", Set.of("f_inode"));

  private final Environment env;

  BtfPointers(Environment env) {
    this.env = env;
  }

  /** What a load of a tracing program's argument gives ({@code btf_ctx_access}). */
  Reg argument(int off) {
    Btf btf = env.profile.kernelBtf();
    if (btf == null
        || env.type() != ProgramType.TRACING
        || env.attachType() != AttachType.TRACE_RAW_TP) {
      throw env.notModelled("context arguments typed by BTF");
    }
    if (!(btf.type(env.program.attachBtfId()) instanceof BtfType.Typedef target)) {
      throw env.notModelled("attach target that is no tracepoint");
    }
    int proto = btf.type(target.type()) instanceof BtfType.Ptr p ? p.type() : 0;
    if (!(btf.type(proto) instanceof BtfType.FuncProto function)) {
      throw env.notModelled("attach target that is no tracepoint");
    }
    String tracepoint = target.name().replaceFirst("^btf_trace_", "");
    String name = tracepoint;
    if (off % 8 != 0) {
      env.log.message("func '" + name + "' offset " + off + " is not multiple of 8");
      throw badAccess(off);
    }
    List<BtfType.Param> parameters = function.params().subList(1, function.params().size());
    int index = off / 8;
    if (index >= parameters.size()) {
      env.log.message("func '" + name + "' doesn't have " + (index + 1) + "-th argument");
      throw badAccess(off);
    }
    int type = btf.resolve(parameters.get(index).type());
    return switch (btf.type(type)) {
      case BtfType.Int i -> Reg.UNKNOWN;
      case BtfType.Enum e -> Reg.UNKNOWN;
      case BtfType.Enum64 e -> Reg.UNKNOWN;
      case BtfType.Ptr p -> pointerArgument(btf, p, type, tracepoint, index);
      case BtfType other -> throw env.notModelled("argument that is no number or pointer");
    };
  }

  private Reg pointerArgument(Btf btf, BtfType.Ptr p, int type, String tracepoint, int index) {
    int pointee = btf.resolve(p.type());
    BtfType to = btf.type(pointee);
    if (to instanceof BtfType.Void || to instanceof BtfType.Int || to instanceof BtfType.Ptr) {
      return Reg.UNKNOWN;
    }
    if (!(to instanceof BtfType.Struct struct)) {
      throw env.notModelled("argument of a tracepoint that points to no known structure");
    }
    if (!NEVER_NULL.contains(tracepoint)) {
      throw env.notModelled(
          "whether argument " + (index + 1) + " of tracepoint " + tracepoint + " may be NULL");
    }
    if (!btf.typeTags(type).isEmpty()) {
      throw env.notModelled("tagged argument of a tracepoint");
    }
    if (env.log.isOn()) {
      env.log.add(
          "func '%s' arg%d has btf_id %d type %s '%s'\n"
              .formatted(
                  tracepoint, index, pointee, struct.union() ? "UNION" : "STRUCT", struct.name()));
    }
    return Reg.btfPointer(TypeFlags.PTR_TRUSTED, btf, pointee);
  }

  private RuntimeException badAccess(int off) {
    return env.deny("invalid bpf_context access off=" + off + " size=8");
  }

  /** A load through a pointer to a structure ({@code check_ptr_to_btf_access}). */
  Reg load(int number, Reg pointer, int off, int size, boolean write) {
    Btf btf = pointer.btf();
    String name = btf.type(pointer.btfId()).name();
    if (!env.program.gplCompatible()) {
      throw env.invalid(
          "Cannot access kernel 'struct " + name + "' from non-GPL compatible program");
    }
    if (!pointer.range().isConst(0)) {
      throw env.deny(
          "R"
              + number
              + " is ptr_"
              + name
              + " invalid variable offset: off="
              + off
              + ", var_off="
              + pointer.varOff());
    }
    if (off < 0) {
      throw env.deny("R" + number + " is ptr_" + name + " invalid negative access: off=" + off);
    }
    if (pointer.has(TypeFlags.MEM_USER) || pointer.has(TypeFlags.MEM_PERCPU)) {
      throw env.notModelled("access through " + StatePrinter.typeName(pointer) + name);
    }
    if (write || pointer.has(TypeFlags.MEM_ALLOC)) {
      if (write && name.startsWith("nf_conn")) {
        throw env.notModelled("write into struct " + name);
      }
      if (write && !pointer.has(TypeFlags.MEM_ALLOC) && env.type() != ProgramType.STRUCT_OPS) {
        throw env.deny("only read is supported");
      }
      throw env.notModelled("write through a BTF pointer");
    }
    return walk(btf, pointer, name, off, size);
  }

  private Reg walk(Btf btf, Reg pointer, String name, int off, int size) {
    if (!(btf.type(pointer.btfId()) instanceof BtfType.Struct struct)) {
      throw env.notModelled("walk through a type that is no structure");
    }
    if ((long) off + size > struct.size()) {
      if (hasFlexibleEnd(btf, struct)) {
        throw env.notModelled("access to a flexible array of struct " + name);
      }
      throw env.deny("access beyond struct " + name + " at off " + off + " size " + size);
    }
    Field field = field(btf, pointer.btfId(), off, 0);
    if (!(btf.type(field.type()) instanceof BtfType.Ptr p)) {
      return Reg.UNKNOWN;
    }
    int type = field.type();
    int pointee = btf.resolve(p.type());
    if (!(btf.type(pointee) instanceof BtfType.Struct)) {
      return Reg.UNKNOWN;
    }
    if (size != 8) {
      throw env.notModelled("partial load of a pointer in struct " + name);
    }
    if (struct.union() || field.nested()) {
      throw env.notModelled("pointer in a nested structure of struct " + name);
    }
    return member(btf, pointer, struct.name(), field.name(), btf.typeTags(type), pointee);
  }

  /** The innermost field at an offset: its resolved type, and whether it is inside another. */
  private record Field(String name, int type, boolean nested) {}

  private Field field(Btf btf, int structId, long off, int depth) {
    if (!(btf.type(structId) instanceof BtfType.Struct struct) || depth > 16) {
      throw env.notModelled("access to a type that is no structure");
    }
    for (BtfType.Member member : struct.members()) {
      long start = member.bitOffset() / 8;
      long end = start + Math.max(btf.sizeOf(member.type()), 0);
      if (off < start || off >= end) {
        continue;
      }
      int type = btf.resolve(member.type());
      long inside = off - start;
      while (btf.type(type) instanceof BtfType.Array array) {
        long element = Math.max(btf.sizeOf(array.elementType()), 1);
        inside %= element;
        type = btf.resolve(array.elementType());
      }
      if (btf.type(type) instanceof BtfType.Struct inner) {
        if (inner.union()) {
          throw env.notModelled("access to a union in struct " + struct.name());
        }
        Field found = field(btf, type, inside, depth + 1);
        return new Field(found.name(), found.type(), true);
      }
      return new Field(member.name(), type, depth > 0);
    }
    throw env.notModelled("access between the members of struct " + struct.name());
  }

  private Reg member(
      Btf btf, Reg pointer, String struct, String member, List<String> tags, int pointee) {
    int flags = 0;
    for (String tag : tags) {
      switch (tag) {
        case "rcu" -> flags |= TypeFlags.MEM_RCU;
        case "user" -> flags |= TypeFlags.MEM_USER;
        case "percpu" -> flags |= TypeFlags.MEM_PERCPU;
        default -> {}
      }
    }
    boolean trusted =
        pointer.refObjId() != 0
            || pointer.has(TypeFlags.PTR_TRUSTED)
            || pointer.has(TypeFlags.MEM_RCU);
    boolean inRcu = env.state.activeRcuLocks > 0 || !env.state.inSleepable;
    if (pointer.has(TypeFlags.PTR_UNTRUSTED)) {
      flags = TypeFlags.PTR_UNTRUSTED;
    } else if (!trusted) {
      flags &= ~(TypeFlags.MEM_RCU | TypeFlags.PTR_TRUSTED);
    } else if (isIn(SAFE_TRUSTED, struct, member)) {
      flags |= TypeFlags.PTR_TRUSTED;
    } else if (!inRcu) {
      flags = TypeFlags.PTR_UNTRUSTED;
    } else if (isIn(SAFE_RCU, struct, member)) {
      flags |= TypeFlags.MEM_RCU;
    } else if ((flags & TypeFlags.MEM_RCU) != 0 || isIn(SAFE_RCU_OR_NULL, struct, member)) {
      flags |= TypeFlags.MEM_RCU | TypeFlags.PTR_MAYBE_NULL;
    } else if ((flags & (TypeFlags.MEM_USER | TypeFlags.MEM_PERCPU)) == 0) {
      flags = 0;
    }
    Reg loaded = Reg.btfPointer(flags, btf, pointee);
    return loaded.mayBeNull() ? loaded.withId(env.newId()) : loaded;
  }

  private static boolean isIn(Map<String, Set<String>> table, String struct, String member) {
    Set<String> members = table.get(struct);
    return members != null && members.contains(member);
  }

  private static boolean hasFlexibleEnd(Btf btf, BtfType.Struct struct) {
    if (struct.members().isEmpty()) {
      return false;
    }
    @Nullable BtfType last = btf.type(btf.resolve(struct.members().getLast().type()));
    return last instanceof BtfType.Array array && array.count() == 0
        || last instanceof BtfType.Struct;
  }
}
