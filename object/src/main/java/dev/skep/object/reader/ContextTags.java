package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.DeclTag;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.ProgramType;
import dev.skep.object.FunctionInfo;
import dev.skep.object.SectionName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For kernels before 6.8, which do not know {@code __arg_ctx}: gives each program that calls a
 * global function with such an argument its own declaration of it, with the type that the kernel
 * takes for a pointer to the context.
 */
final class ContextTags {

  private static final String TAG = "arg:ctx";

  private final Btf original;
  private final BtfBuilder types;
  private final List<Integer> tags = new ArrayList<>();
  private boolean changed;

  private ContextTags(Btf original) {
    this.original = original;
    this.types = BtfBuilder.copyOf(original);
    for (int id = 1; id < original.typeCount(); id++) {
      if (original.type(id) instanceof DeclTag tag && tag.name().equals(TAG)) {
        tags.add(id);
      }
    }
  }

  /** The types for the kernel, and in {@code linked} the functions' new ids. */
  static @Nullable Btf adapt(
      @Nullable Btf btf, Map<Function, Linker.Linked> linked, KernelVersion kernel) {
    if (btf == null || Behaviour.READS_ARGUMENT_TAGS.isIn(kernel)) {
      return btf;
    }
    var adapter = new ContextTags(btf);
    linked.forEach(adapter::program);
    return adapter.changed ? adapter.types.build() : btf;
  }

  private void program(Function program, Linker.Linked linked) {
    ProgramType type =
        SectionName.find(program.sectionName())
            .or(() -> SectionName.findByPrefix(program.sectionName()))
            .map(SectionName::type)
            .orElse(ProgramType.UNSPEC);
    String context = contextOf(type);
    if (context == null || linked.functions == null || tags.isEmpty()) {
      return;
    }
    Map<Integer, Integer> records = new HashMap<>();
    for (int i = linked.functions.size() - 1; i >= 0; i--) {
      records.put(linked.functions.get(i).typeId(), i);
    }
    int pointer = 0;
    for (int tagId : tags) {
      var tag = (DeclTag) original.type(tagId);
      Integer index = records.get(tag.type());
      if (index == null
          || !(original.type(tag.type()) instanceof BtfType.Func function)
          || function.linkage() != BtfType.Linkage.GLOBAL
          || !(original.type(function.type()) instanceof BtfType.FuncProto proto)
          || tag.component() < 0
          || tag.component() >= proto.params().size()
          || !needsOther(proto.params().get(tag.component()).type(), type, context)) {
        continue;
      }
      changed = true;
      FunctionInfo record = linked.functions.get(index);
      if (record.typeId() == tag.type()) {
        int protoId = types.add(proto);
        int functionId = types.add(new BtfType.Func(function.name(), protoId, function.linkage()));
        record = new FunctionInfo(record.pc(), functionId);
        linked.functions.set(index, record);
      }
      if (pointer == 0) {
        int struct = types.add(new BtfType.Struct(context, false, 0, List.of()));
        pointer = types.add(new BtfType.Ptr(struct));
      }
      types.add(new DeclTag(TAG, record.typeId(), tag.component()));
      var copy = (BtfType.Func) types.get(record.typeId());
      var copied = (BtfType.FuncProto) types.get(copy.type());
      var params = new ArrayList<>(copied.params());
      params.set(tag.component(), new BtfType.Param(params.get(tag.component()).name(), pointer));
      types.set(copy.type(), new BtfType.FuncProto(copied.returnType(), params));
    }
  }

  /** Whether the kernel would not take a parameter of this type for the context. */
  private boolean needsOther(int paramType, ProgramType type, String context) {
    if (!(original.resolved(paramType) instanceof BtfType.Ptr pointer)) {
      return false;
    }
    return switch (original.resolved(pointer.type())) {
      case BtfType.Void _ -> true;
      case BtfType.Struct s when s.union() || s.name().equals(context) -> false;
      case BtfType.Struct s ->
          s.name().equals("pt_regs")
              && (type == ProgramType.KPROBE || type == ProgramType.PERF_EVENT);
      case BtfType.Int i ->
          i.size() == 8
              && (type == ProgramType.RAW_TRACEPOINT
                  || type == ProgramType.RAW_TRACEPOINT_WRITABLE);
      default -> false;
    };
  }

  /** The struct by whose name the kernel knows a program type's context. */
  private static @Nullable String contextOf(ProgramType type) {
    return switch (type) {
      case CGROUP_DEVICE -> "bpf_cgroup_dev_ctx";
      case CGROUP_SKB,
          FLOW_DISSECTOR,
          LWT_IN,
          LWT_OUT,
          LWT_SEG6LOCAL,
          LWT_XMIT,
          SCHED_ACT,
          SCHED_CLS,
          SK_SKB,
          SOCKET_FILTER ->
          "__sk_buff";
      case CGROUP_SOCK -> "bpf_sock";
      case CGROUP_SOCK_ADDR -> "bpf_sock_addr";
      case CGROUP_SOCKOPT -> "bpf_sockopt";
      case CGROUP_SYSCTL -> "bpf_sysctl";
      case KPROBE -> "bpf_user_pt_regs_t";
      case NETFILTER -> "bpf_nf_ctx";
      case PERF_EVENT -> "bpf_perf_event_data";
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> "bpf_raw_tracepoint_args";
      case SK_LOOKUP -> "bpf_sk_lookup";
      case SK_MSG -> "sk_msg_md";
      case SK_REUSEPORT -> "sk_reuseport_md";
      case SOCK_OPS -> "bpf_sock_ops";
      case XDP -> "xdp_md";
      case UNSPEC, TRACEPOINT, LIRC_MODE2, TRACING, STRUCT_OPS, EXT, LSM, SYSCALL -> null;
    };
  }
}
