package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.catalog.AttachType;
import dev.skep.kernel.AttachTarget.Position;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.CStruct;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code BPF_LINK_CREATE} and {@code BPF_RAW_TRACEPOINT_OPEN} for each {@link AttachTarget}. */
final class LinkCreator implements AutoCloseable {

  private static final int F_BEFORE = 1 << 3;
  private static final int F_AFTER = 1 << 4;
  private static final int F_MULTI_RETURN = 1;

  private static final CStruct ITERATE_MAP = CStruct.of("bpf_iter_link_info.map", "u32 map_fd");
  private static final CStruct ITERATE_TASK =
      CStruct.of("bpf_iter_link_info.task", "u32 tid, u32 pid, u32 pid_fd");
  private static final CStruct ITERATE_CGROUP =
      CStruct.of("bpf_iter_link_info.cgroup", "u32 order, u32 cgroup_fd, u64 cgroup_id");

  private final KernelProgram program;
  private final Arena arena = Arena.ofConfined();
  private final List<Fd> inUse = new ArrayList<>();
  private final List<Fd> temporary = new ArrayList<>();

  private LinkCreator(KernelProgram program) {
    this.program = program;
  }

  static KernelLink attach(KernelProgram program, AttachTarget target) {
    try (LinkCreator creator = new LinkCreator(program)) {
      return new KernelLink(program.kernel(), creator.create(target));
    }
  }

  private Fd create(AttachTarget target) {
    return switch (target) {
      case AttachTarget.Xdp t ->
          link(
              head(BpfAttr.LINK_CREATE, AttachType.XDP)
                  .set("target_ifindex", t.ifindex())
                  .set("flags", t.mode().flag()));
      case AttachTarget.Tcx t ->
          link(
              relative(t.ingress() ? AttachType.TCX_INGRESS : AttachType.TCX_EGRESS, t.position())
                  .set("target_ifindex", t.ifindex()));
      case AttachTarget.Netkit t ->
          link(
              relative(
                      t.primary() ? AttachType.NETKIT_PRIMARY : AttachType.NETKIT_PEER,
                      t.position())
                  .set("target_ifindex", t.ifindex()));
      case AttachTarget.Cgroup t ->
          link(head(BpfAttr.LINK_CREATE, t.type()).set("target_fd", open(t.directory())));
      case AttachTarget.NetworkNamespace t ->
          link(head(BpfAttr.LINK_CREATE, t.type()).set("target_fd", open(t.file())));
      case AttachTarget.RawTracepoint t -> rawTracepoint(arena.allocateFrom(t.name()), t.cookie());
      case AttachTarget.Tracing t -> rawTracepoint(MemorySegment.NULL, t.cookie());
      case AttachTarget.Replace t ->
          link(
              Block.of(arena, BpfAttr.LINK_CREATE_TRACING)
                  .set("prog_fd", use(program.fd()))
                  .set("target_fd", use(t.target().fd()))
                  .set("target_btf_id", t.functionBtfId()));
      case AttachTarget.Tracepoint t ->
          perf(PerfEvents.tracepoint(t.category(), t.name()), t.cookie());
      case AttachTarget.Uprobe t -> perf(PerfEvents.uprobe(t), t.cookie());
      case AttachTarget.Kprobe t ->
          perf(PerfEvents.kprobe(t.function(), t.offset(), t.returns()), t.cookie());
      case AttachTarget.PerfEvent t ->
          perf(
              PerfEvents.sampling(t.type(), t.config(), t.samplePeriod(), t.pid(), t.cpu()),
              t.cookie());
      case AttachTarget.UprobeMulti t -> uprobes(t);
      case AttachTarget.KprobeMulti t -> kprobes(t);
      case AttachTarget.Iterator t -> link(head(BpfAttr.LINK_CREATE, AttachType.TRACE_ITER));
      case AttachTarget.MapIterator t ->
          iterator(Block.of(arena, ITERATE_MAP).set("map_fd", use(t.map().fd())));
      case AttachTarget.TaskIterator t ->
          iterator(Block.of(arena, ITERATE_TASK).set("tid", t.tid()).set("pid", t.pid()));
      case AttachTarget.CgroupIterator t ->
          iterator(
              Block.of(arena, ITERATE_CGROUP)
                  .set("order", t.order())
                  .set("cgroup_fd", open(t.directory())));
      case AttachTarget.Netfilter t ->
          link(
              head(BpfAttr.LINK_CREATE_NETFILTER, AttachType.NETFILTER)
                  .set("pf", t.protocolFamily())
                  .set("hooknum", t.hook())
                  .set("priority", t.priority())
                  .set("flags_netfilter", t.defragment() ? 1 : 0));
      case AttachTarget.SocketMap t ->
          link(head(BpfAttr.LINK_CREATE, t.type()).set("target_fd", use(t.map().fd())));
    };
  }

  private Block head(CStruct layout, AttachType type) {
    return Block.of(arena, layout)
        .set("prog_fd", use(program.fd()))
        .set("attach_type", type.number());
  }

  private Block relative(AttachType type, Position position) {
    Block attr =
        head(BpfAttr.LINK_CREATE_RELATIVE, type)
            .set("expected_revision", position.expectedRevision());
    KernelProgram anchor = position.anchor();
    if (anchor != null) {
      attr.set("relative_fd", use(anchor.fd()));
    }
    if (anchor != null || position.before()) {
      attr.set("flags", position.before() ? F_BEFORE : F_AFTER);
    }
    return attr;
  }

  private static Fd link(Block attr) {
    return Bpf.open(BpfCommand.LINK_CREATE, attr);
  }

  private Fd rawTracepoint(MemorySegment name, long cookie) {
    return Bpf.open(
        BpfCommand.RAW_TRACEPOINT_OPEN,
        Block.of(arena, BpfAttr.RAW_TRACEPOINT_OPEN)
            .set("name", name)
            .set("prog_fd", use(program.fd()))
            .set("cookie", cookie));
  }

  /** The link keeps the event; our descriptor of it is not needed any more. */
  private Fd perf(Fd event, long cookie) {
    temporary.add(event);
    return link(
        head(BpfAttr.LINK_CREATE_PERF_EVENT, AttachType.PERF_EVENT)
            .set("target_fd", use(event))
            .set("bpf_cookie", cookie));
  }

  private Fd uprobes(AttachTarget.UprobeMulti t) {
    return link(
        head(BpfAttr.LINK_CREATE_UPROBE_MULTI, AttachType.TRACE_UPROBE_MULTI)
            .set("path", arena.allocateFrom(t.binary().toString()))
            .set("offsets", longs(t.offsets()))
            .set("ref_ctr_offsets", longs(t.counters()))
            .set("cookies", longs(t.cookies()))
            .set("cnt", t.offsets().size())
            .set("flags_multi", t.returns() ? F_MULTI_RETURN : 0)
            .set("pid", Math.max(0, t.pid())));
  }

  private Fd kprobes(AttachTarget.KprobeMulti t) {
    MemorySegment names = arena.allocate(8L * t.functions().size(), 8);
    for (int i = 0; i < t.functions().size(); i++) {
      names.setAtIndex(JAVA_LONG, i, arena.allocateFrom(t.functions().get(i)).address());
    }
    return link(
        head(BpfAttr.LINK_CREATE_KPROBE_MULTI, AttachType.TRACE_KPROBE_MULTI)
            .set("syms", names)
            .set("cookies", longs(t.cookies()))
            .set("cnt", t.functions().size())
            .set("flags_multi", t.returns() ? F_MULTI_RETURN : 0));
  }

  private MemorySegment longs(List<Long> values) {
    return values.isEmpty()
        ? MemorySegment.NULL
        : arena.allocateFrom(JAVA_LONG, values.stream().mapToLong(Long::longValue).toArray());
  }

  private Fd iterator(Block over) {
    // The union's size without our rounding up: the kernel wants the rest to be zero, which it is.
    return link(
        head(BpfAttr.LINK_CREATE_ITER, AttachType.TRACE_ITER)
            .set("iter_info", over.memory())
            .set("iter_info_len", over.size() / JAVA_INT.byteSize() * JAVA_INT.byteSize()));
  }

  private int open(Path path) {
    Fd fd = Native.open(path, 0);
    temporary.add(fd);
    return use(fd);
  }

  private int use(Fd fd) {
    int number = fd.acquire();
    inUse.add(fd);
    return number;
  }

  @Override
  public void close() {
    inUse.forEach(Fd::release);
    temporary.forEach(Fd::close);
    arena.close();
  }
}
