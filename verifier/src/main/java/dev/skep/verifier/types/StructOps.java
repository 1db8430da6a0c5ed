package dev.skep.verifier.types;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.TypeFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Programs that implement a member of a kernel structure: which members, what their arguments are,
 * and which kernel fields they may write ({@code check_struct_ops_btf_id}, {@code
 * btf_struct_access} of each {@code struct bpf_struct_ops}).
 */
public final class StructOps {

  /** Prefix of the structure that the kernel makes for each structure that can be implemented. */
  private static final String REGISTERED = "bpf_struct_ops_";

  private static final String NULLABLE = "__nullable";
  private static final String REFERENCED = "__ref";

  public static final String TCP = "tcp_congestion_ops";
  private static final String DUMMY = "bpf_dummy_ops";
  private static final String SCHED_EXT = "sched_ext_ops";

  /** Members of {@code sched_ext_ops} whose programs may sleep. */
  private static final Set<String> SCHED_EXT_SLEEPABLE =
      Set.of(
          "init_task",
          "cgroup_init",
          "cgroup_exit",
          "cgroup_prep_move",
          "cpu_online",
          "cpu_offline",
          "init",
          "exit");

  /** Fields of a TCP socket that a congestion control may write: structure, member, inner one. */
  private static final List<List<String>> TCP_WRITABLE =
      List.of(
          List.of("sock", "sk_pacing_rate"),
          List.of("sock", "sk_pacing_status"),
          List.of("inet_connection_sock", "icsk_ca_priv"),
          List.of("inet_connection_sock", "icsk_ack", "pending"),
          List.of("tcp_sock", "snd_cwnd"),
          List.of("tcp_sock", "snd_cwnd_cnt"),
          List.of("tcp_sock", "snd_cwnd_stamp"),
          List.of("tcp_sock", "snd_ssthresh"),
          List.of("tcp_sock", "ecn_flags"),
          List.of("tcp_sock", "app_limited"));

  private static final List<List<String>> TASK_WRITABLE =
      List.of(
          List.of("task_struct", "scx", "slice"),
          List.of("task_struct", "scx", "dsq_vtime"),
          List.of("task_struct", "scx", "disallow"));

  private final Environment env;

  public StructOps(Environment env) {
    this.env = env;
  }

  /** The member that the program implements, or the end of the verification. */
  public AttachTarget target() {
    if (!env.program.gplCompatible()) {
      throw env.invalid("struct ops programs must have a GPL compatible license");
    }
    Btf btf = env.profile.kernelBtf();
    int id = env.program.attachBtfId();
    if (btf == null) {
      throw env.notModelled("struct_ops without the kernel's types");
    }
    if (id == 0) {
      throw new Rejection("ENOTSUPP");
    }
    if (id >= btf.typeCount()
        || !(btf.type(id) instanceof BtfType.Struct struct)
        || btf.findStruct(REGISTERED + struct.name()).isEmpty()) {
      throw env.refuse("ENOTSUPP", "attach_btf_id " + id + " is not a supported struct");
    }
    int index = memberIndex();
    if (index >= struct.members().size()) {
      throw env.invalid("attach to invalid member idx " + index + " of struct " + struct.name());
    }
    BtfType.Member member = struct.members().get(index);
    if (!(btf.resolved(member.type()) instanceof BtfType.Ptr pointer)
        || !(btf.resolved(pointer.type()) instanceof BtfType.FuncProto proto)) {
      throw env.invalid(
          "attach to invalid member %s(@idx %d) of struct %s"
              .formatted(member.name(), index, struct.name()));
    }
    checkMember(struct.name(), member.name());
    List<AttachTarget.Argument> arguments = arguments(btf, struct.name(), member.name(), proto);
    return new AttachTarget(member.name(), btf, proto, false, arguments, struct.name());
  }

  /** The index is what other programs give as their attach type. */
  private int memberIndex() {
    var attach = env.attachType();
    return env.program.structOpsMember().orElse(attach == null ? 0 : attach.number());
  }

  private void checkMember(String struct, String member) {
    boolean sleepable = (env.program.flags() & ProgramSpec.F_SLEEPABLE) != 0;
    String errno =
        switch (struct) {
          case TCP -> member.equals("get_info") ? "ENOTSUPP" : "";
          case DUMMY -> sleepable && !member.equals("test_sleepable") ? "EINVAL" : "";
          case SCHED_EXT -> sleepable && !SCHED_EXT_SLEEPABLE.contains(member) ? "EINVAL" : "";
          default -> throw env.notModelled("struct_ops " + struct);
        };
    if (!errno.isEmpty()) {
      throw env.refuse(errno, "attach to unsupported member " + member + " of struct " + struct);
    }
  }

  /** Arguments that the stub function's names mark as possibly NULL or as owned. */
  private static List<AttachTarget.Argument> arguments(
      Btf btf, String struct, String member, BtfType.FuncProto proto) {
    var stub = btf.findFunc(struct + "__" + member);
    if (stub.isEmpty()
        || !(btf.type(stub.getAsInt()) instanceof BtfType.Func function)
        || !(btf.type(function.type()) instanceof BtfType.FuncProto named)
        || named.params().size() != proto.params().size()) {
      return List.of();
    }
    var arguments = new ArrayList<AttachTarget.Argument>();
    for (int i = 0; i < named.params().size(); i++) {
      String name = named.params().get(i).name();
      boolean nullable = name.endsWith(NULLABLE);
      boolean referenced = name.endsWith(REFERENCED);
      if ((nullable || referenced)
          && btf.resolved(proto.params().get(i).type()) instanceof BtfType.Ptr pointer) {
        int flags = TypeFlags.PTR_TRUSTED | (nullable ? TypeFlags.PTR_MAYBE_NULL : 0);
        arguments.add(
            new AttachTarget.Argument(
                i * 8, AttachTarget.Kind.STRUCT, btf.resolve(pointer.type()), flags, referenced));
      }
    }
    return arguments;
  }

  /** A congestion control's socket is a TCP socket. */
  public static int promoted(Btf btf, String struct, int typeId) {
    return TCP.equals(struct) && btf.type(typeId).name().equals("sock")
        ? btf.findStruct("tcp_sock").orElse(typeId)
        : typeId;
  }

  /** Ends with a rejection unless the program may write these bytes of a kernel structure. */
  public void checkWrite(String struct, Reg pointer, int off, int size) {
    String name = pointer.btf().type(pointer.btfId()).name();
    switch (struct) {
      case TCP -> checkTcpWrite(pointer.btf(), name, off, size);
      case DUMMY -> {
        if (!name.equals("bpf_dummy_ops_state")) {
          throw env.deny("only access to bpf_dummy_ops_state is supported");
        }
        if (off + size > pointer.btf().sizeOf(pointer.btfId())) {
          throw env.deny("write access at off " + off + " with size " + size);
        }
      }
      case SCHED_EXT -> {
        if (!name.equals("task_struct") || !isWithin(pointer.btf(), TASK_WRITABLE, off, size)) {
          throw new Rejection("EACCES");
        }
      }
      default -> throw env.notModelled("struct_ops " + struct);
    }
  }

  private static boolean isWithin(Btf btf, List<List<String>> fields, int off, int size) {
    for (List<String> field : fields) {
      Place place = place(btf, field);
      if (place != null && off >= place.start() && off + size <= place.end()) {
        return true;
      }
    }
    return false;
  }

  private void checkTcpWrite(Btf btf, String name, int off, int size) {
    if (!name.equals("tcp_sock")) {
      throw env.deny("only read is supported");
    }
    for (List<String> field : TCP_WRITABLE) {
      Place place = place(btf, field);
      // An array may be written anywhere inside, a number at its start only.
      if (place == null || off != place.start() && (!place.array() || !place.contains(off))) {
        continue;
      }
      if (off + size > place.end()) {
        throw env.deny(
            "write access at off %d with size %d beyond the member of tcp_sock ended at %d"
                .formatted(off, size, place.end()));
      }
      return;
    }
    throw env.deny("no write support to tcp_sock at off " + off);
  }

  private record Place(long start, long end, boolean array) {
    boolean contains(int off) {
      return off >= start && off < end;
    }
  }

  private static @org.jspecify.annotations.Nullable Place place(Btf btf, List<String> path) {
    int struct = btf.findStruct(path.getFirst()).orElse(0);
    long start = 0;
    boolean array = false;
    long size = 0;
    for (String name : path.subList(1, path.size())) {
      var found = struct == 0 ? null : btf.findMember(struct, name);
      if (found == null) {
        return null;
      }
      start += found.byteOffset();
      int type = btf.resolve(found.member().type());
      array = btf.type(type) instanceof BtfType.Array;
      size = found.member().bitSize() != 0 ? 1 : btf.sizeOf(type);
      struct = btf.type(type) instanceof BtfType.Struct ? type : 0;
    }
    return new Place(start, start + size, array);
  }
}
