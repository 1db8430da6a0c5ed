package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.info.ProgramInfo;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.Bytes;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program in the kernel. */
public final class KernelProgram extends KernelResource {

  /** More than any packet of a test run can grow to: 17 fragments of 4 KiB and the head. */
  private static final int OUTPUT_BYTES = 1 << 17;

  private final String name;
  private final ProgramType type;
  private volatile @Nullable KernelObject session;

  KernelProgram(Kernel kernel, Fd fd, String name, ProgramType type) {
    super(kernel, fd);
    this.name = name;
    this.type = type;
  }

  /** The name, as in the object. */
  public String name() {
    return name;
  }

  /** The program type. */
  public ProgramType type() {
    return type;
  }

  /** The maps that were created for it by {@link Kernel#load}, by name; otherwise empty. */
  public Map<String, KernelMap> maps() {
    KernelObject own = session;
    return own == null ? Map.of() : own.maps();
  }

  void own(KernelObject object) {
    session = object;
  }

  /** Id, tag, sizes, maps and statistics. */
  public ProgramInfo info() {
    return InfoReader.program(fd());
  }

  /** The instructions as the verifier left them; empty without CAP_BPF. */
  public Code translated() {
    return Code.ofBytes(
        InfoReader.dump(fd(), "xlated_prog_len", "xlated_prog_insns"), ByteOrder.LITTLE_ENDIAN);
  }

  /** Functions and source lines of the translated instructions and of the machine code. */
  public ProgramSource source() {
    return SourceReader.read(kernel(), fd());
  }

  /** The machine code, subprograms one behind the other; empty if the kernel hides it. */
  public Bytes jited() {
    return Bytes.of(InfoReader.dump(fd(), "jited_prog_len", "jited_prog_insns"));
  }

  /**
   * Attaches it: {@code BPF_LINK_CREATE} or {@code BPF_RAW_TRACEPOINT_OPEN}.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public KernelLink attach(AttachTarget target) {
    return LinkCreator.attach(this, target);
  }

  /**
   * Makes a map live as long as the program: {@code BPF_PROG_BIND_MAP} (Linux 5.10), for metadata
   * that no instruction refers to.
   */
  public void bind(KernelMap map) {
    int fd = fd().acquire();
    int mapFd = map.fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Bpf.call(
          BpfCommand.PROG_BIND_MAP,
          Block.of(arena, BpfAttr.PROG_BIND_MAP).set("prog_fd", fd).set("map_fd", mapFd));
    } finally {
      map.fd().release();
      fd().release();
    }
  }

  /**
   * What the program has written to one of its streams and nobody has read: {@code
   * BPF_PROG_STREAM_READ_BY_FD} (Linux 6.17).
   *
   * @param stream 1 for what it prints, 2 for the kernel's reports of its faults
   */
  public String readStream(int stream) {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      var text = new ByteArrayOutputStream();
      MemorySegment buffer = arena.allocate(OUTPUT_BYTES);
      int size;
      do {
        size =
            Bpf.call(
                BpfCommand.PROG_STREAM_READ_BY_FD,
                Block.of(arena, BpfAttr.PROG_STREAM_READ)
                    .set("stream_buf", buffer)
                    .set("stream_buf_len", OUTPUT_BYTES)
                    .set("stream_id", stream)
                    .set("prog_fd", fd));
        text.writeBytes(buffer.asSlice(0, size).toArray(JAVA_BYTE));
      } while (size == OUTPUT_BYTES);
      return text.toString(StandardCharsets.UTF_8);
    } finally {
      fd().release();
    }
  }

  /** Runs it once on a packet. */
  public TestRun testRun(byte[] data) {
    return testRun(TestRunOptions.packet(data));
  }

  /**
   * Runs it: {@code BPF_PROG_TEST_RUN} (Linux 4.12).
   *
   * @throws KernelCallException if the kernel refuses, for instance {@code EINVAL} for a packet
   *     that is too short, or {@code EOPNOTSUPP} for a type that has no test run
   */
  public TestRun testRun(TestRunOptions options) {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, BpfAttr.TEST_RUN)
              .set("prog_fd", fd)
              .set("repeat", options.repeat())
              .set("flags", options.flags())
              .set("cpu", options.cpu())
              .set("batch_size", options.batchSize());
      boolean live = (options.flags() & TestRunOptions.F_XDP_LIVE_FRAMES) != 0;
      MemorySegment dataOut = MemorySegment.NULL;
      if (options.data().size() > 0) {
        attr.set("data_in", arena.allocateFrom(JAVA_BYTE, options.data().toArray()))
            .set("data_size_in", options.data().size());
        if (!live) {
          dataOut = arena.allocate(OUTPUT_BYTES);
          attr.set("data_out", dataOut).set("data_size_out", OUTPUT_BYTES);
        }
      }
      MemorySegment contextOut = MemorySegment.NULL;
      if (options.context().size() > 0) {
        MemorySegment contextIn = arena.allocateFrom(JAVA_BYTE, options.context().toArray());
        attr.set("ctx_in", contextIn).set("ctx_size_in", options.context().size());
        if (returnsContext() && !live) {
          contextOut = arena.allocate(options.context().size());
          attr.set("ctx_out", contextOut).set("ctx_size_out", options.context().size());
        } else if (type == ProgramType.SYSCALL) {
          contextOut = contextIn;
        }
      }
      Bpf.call(BpfCommand.PROG_TEST_RUN, attr);
      return new TestRun(
          attr.getInt("retval"),
          output(dataOut, attr.getInt("data_size_out")),
          output(
              contextOut,
              type == ProgramType.SYSCALL ? options.context().size() : attr.getInt("ctx_size_out")),
          attr.get("duration"));
    } finally {
      fd().release();
    }
  }

  private static Bytes output(MemorySegment segment, int size) {
    return Bytes.of(segment.asSlice(0, Math.min(size, segment.byteSize())).toArray(JAVA_BYTE));
  }

  /** Tracing types refuse an output context; syscall programs write into the input. */
  private boolean returnsContext() {
    return switch (type) {
      case RAW_TRACEPOINT,
          RAW_TRACEPOINT_WRITABLE,
          TRACING,
          STRUCT_OPS,
          SYSCALL,
          SK_LOOKUP,
          NETFILTER ->
          false;
      default -> true;
    };
  }

  @Override
  public void close() {
    super.close();
    KernelObject own = session;
    if (own != null) {
      own.close();
    }
  }
}
