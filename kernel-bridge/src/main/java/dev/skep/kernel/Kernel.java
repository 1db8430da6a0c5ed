package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import dev.skep.catalog.KernelVersion;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.call.Host;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.error.KernelUnavailableException;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.kernel.info.ProgramInfo;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Syscalls;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadResult;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The running kernel, through bpf(2).
 *
 * <pre>{@code
 * try (Kernel kernel = Kernel.open()) {
 *   switch (kernel.load(spec)) {
 *     case LoadResult.Loaded loaded -> System.out.println(loaded.program().testRun(packet).retval());
 *     case LoadResult.Refused refused -> System.out.println(refused.log());
 *   }
 * }
 * }</pre>
 *
 * <p>It owns every descriptor that its methods open: each is closed by its own {@code close}, and
 * what is left by {@link #close}. All methods may be called by any thread.
 */
public final class Kernel implements AutoCloseable {

  private static final int TEXT_BYTES = 4096;

  private final Set<KernelResource> open = ConcurrentHashMap.newKeySet();
  private final KernelVersion version = Host.version();
  private final int possibleCpus = Host.possibleCpus();
  private volatile @Nullable Btf btf;
  private volatile @Nullable Profile profile;
  private volatile boolean closed;

  private Kernel() {}

  /**
   * Connects to the running kernel, after trying that bpf(2) answers.
   *
   * @throws KernelUnavailableException if it does not; the message is one line that says why
   */
  public static Kernel open() {
    String reason = whyNot();
    if (reason != null) {
      throw new KernelUnavailableException(reason);
    }
    return new Kernel();
  }

  /** Why {@link #open} would fail, in one line; null if it would not. */
  public static @Nullable String whyNot() {
    String reason = Syscalls.unavailable();
    if (reason != null) {
      return reason;
    }
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, BpfAttr.MAP_CREATE)
              .set("map_type", dev.skep.catalog.MapType.ARRAY.number())
              .set("key_size", 4)
              .set("value_size", 4)
              .set("max_entries", 1);
      int result = Bpf.attempt(BpfCommand.MAP_CREATE, attr);
      if (result >= 0) {
        Syscalls.call(Syscalls.CLOSE, result);
        return null;
      }
      return "the kernel's bpf(2) is not available to this process: "
          + Bpf.failure(BpfCommand.MAP_CREATE, -result, attr).getMessage();
    }
  }

  /** The running kernel's version. */
  public KernelVersion version() {
    return version;
  }

  /** The running kernel's full release, such as {@code 6.12.48-cloud-amd64}. */
  public String release() {
    return Host.release();
  }

  /** Number of possible CPUs: how many values an element of a per-CPU map has. */
  public int possibleCpus() {
    return possibleCpus;
  }

  /** The running kernel's types, read once from {@code /sys/kernel/btf/vmlinux}; null if none. */
  public @Nullable Btf btf() {
    Btf known = btf;
    if (known == null) {
      known = BtfReader.runningKernel().orElse(null);
      btf = known;
    }
    return known;
  }

  /**
   * What a {@link dev.skep.object.Gate} judges programs for before they are submitted: this kernel,
   * and the rights of this process when it was first asked for.
   */
  public Profile profile() {
    Profile known = profile;
    if (known == null) {
      known = Gates.profile(this);
      profile = known;
    }
    return known;
  }

  /**
   * Reads an object for this kernel: CO-RE against its types, {@code .kconfig} values from its
   * configuration, {@code .ksyms} addresses from its symbols, kernel functions of its modules.
   *
   * @throws IOException if the file cannot be read
   */
  public ReadResult read(Path file) throws IOException {
    return read(Files.readAllBytes(file), file.toString());
  }

  /** Reads an object for this kernel; {@code name} is its file's name, for messages and maps. */
  public ReadResult read(byte[] object, String name) {
    return ObjectFiles.read(this, object, name);
  }

  /**
   * Creates a map: {@code BPF_MAP_CREATE}; writes its initial value and freezes it if the spec says
   * so. Slots of prog arrays and map-in-maps stay empty: {@link KernelObject} fills them.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public KernelMap createMap(MapSpec spec) {
    try (KernelObject session = new KernelObject(this, null)) {
      KernelMap map = session.map(spec);
      session.release(map);
      return map;
    }
  }

  /**
   * Loads types: {@code BPF_BTF_LOAD} (Linux 4.18).
   *
   * @throws KernelCallException if the kernel refuses; its message ends with the log's last lines
   */
  public KernelBtf loadBtf(byte[] bytes) {
    return BtfLoader.load(this, bytes);
  }

  /** Loads types: {@code BPF_BTF_LOAD} (Linux 4.18). */
  public KernelBtf loadBtf(Btf types) {
    return BtfLoader.load(this, BtfLoader.encode(types, new dev.skep.btf.BtfWriter.StringTable()));
  }

  /**
   * A session that loads an object's programs, which share its maps.
   *
   * @see KernelObject
   */
  public KernelObject object(BpfObject object) {
    return new KernelObject(this, object);
  }

  /**
   * Loads one program with maps of its own, if skep's verifier accepts it: {@link
   * #load(ProgramSpec, LoadOptions)} with {@link LoadOptions#DEFAULT}.
   */
  public LoadResult load(ProgramSpec spec) {
    return load(spec, LoadOptions.DEFAULT);
  }

  /**
   * Loads one program with maps of its own: they are closed with the program. By default skep's
   * verifier judges first, and only what it accepts is submitted ({@link LoadOptions#unchecked}).
   *
   * @return the program, or the refusal
   * @throws KernelCallException if a map or the types cannot be created
   */
  public LoadResult load(ProgramSpec spec, LoadOptions options) {
    KernelObject session = new KernelObject(this, null);
    try {
      LoadResult result = session.load(spec, options);
      if (result instanceof LoadResult.Loaded loaded) {
        loaded.program().own(session);
        session.release(loaded.program());
        session = null;
      }
      return result;
    } finally {
      if (session != null) {
        session.close();
      }
    }
  }

  /** Ids of all objects of a kind: {@code BPF_*_GET_NEXT_ID}. Needs CAP_SYS_ADMIN. */
  public List<Integer> ids(ObjectKind kind) {
    return Registry.ids(kind);
  }

  /**
   * The program of an id: {@code BPF_PROG_GET_FD_BY_ID} (Linux 4.13). Needs CAP_SYS_ADMIN.
   *
   * @throws KernelCallException {@code ENOENT} if there is none (any more)
   */
  public KernelProgram programById(int id) {
    return (KernelProgram) Registry.byId(this, ObjectKind.PROGRAM, id);
  }

  /** The map of an id: {@code BPF_MAP_GET_FD_BY_ID} (Linux 4.13). */
  public KernelMap mapById(int id) {
    return (KernelMap) Registry.byId(this, ObjectKind.MAP, id);
  }

  /** The types of an id: {@code BPF_BTF_GET_FD_BY_ID} (Linux 4.18). */
  public KernelBtf btfById(int id) {
    return (KernelBtf) Registry.byId(this, ObjectKind.BTF, id);
  }

  /** The link of an id: {@code BPF_LINK_GET_FD_BY_ID} (Linux 5.8). */
  public KernelLink linkById(int id) {
    return (KernelLink) Registry.byId(this, ObjectKind.LINK, id);
  }

  /** The program, map or link pinned at a path: {@code BPF_OBJ_GET} (Linux 4.4). */
  public KernelResource pinned(Path path) {
    return Registry.pinned(this, path, 0);
  }

  /**
   * Turns on the counting of run time and runs in {@link ProgramInfo}, until it is closed: {@code
   * BPF_ENABLE_STATS} (Linux 5.8). Needs CAP_SYS_ADMIN.
   */
  public Counting enableStatistics() {
    try (Arena arena = Arena.ofConfined()) {
      Fd fd = Bpf.open(BpfCommand.ENABLE_STATS, Block.of(arena, BpfAttr.ENABLE_STATS));
      return fd::close;
    }
  }

  /**
   * What BPF program a descriptor of a process leads to, for perf events and raw tracepoints:
   * {@code BPF_TASK_FD_QUERY} (Linux 4.18). Needs CAP_SYS_ADMIN.
   *
   * @throws KernelCallException {@code ENOTSUPP} if the descriptor is of another kind
   */
  public TaskDescriptor taskDescriptor(int pid, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      Block attr =
          Block.of(arena, BpfAttr.TASK_FD_QUERY)
              .set("pid", pid)
              .set("fd", fd)
              .set("buf", text)
              .set("buf_len", TEXT_BYTES);
      Bpf.call(BpfCommand.TASK_FD_QUERY, attr);
      return new TaskDescriptor(
          attr.getInt("prog_id"),
          attr.getInt("fd_type"),
          text.getString(0),
          attr.get("probe_offset"),
          attr.get("probe_addr"));
    }
  }

  /**
   * The outcome of {@link #taskDescriptor}.
   *
   * @param type {@code enum bpf_task_fd_type}: 0 raw tracepoint, 1 tracepoint, 2 kprobe, 3
   *     kretprobe, 4 uprobe, 5 uretprobe
   * @param name of the tracepoint, function or file
   */
  public record TaskDescriptor(
      int programId, int type, String name, long probeOffset, long probeAddress) {}

  /**
   * Makes a token of a BPF file system that delegates rights: {@code BPF_TOKEN_CREATE} (Linux 6.9).
   * It works in a user namespace other than the first one only ({@code EOPNOTSUPP} there).
   *
   * @param fileSystem the mount's directory
   */
  public KernelToken createToken(Path fileSystem) {
    try (Arena arena = Arena.ofConfined();
        Fd directory = Native.open(fileSystem, 0)) {
      int number = directory.acquire();
      try {
        return new KernelToken(
            this,
            Bpf.open(
                BpfCommand.TOKEN_CREATE,
                Block.of(arena, BpfAttr.TOKEN_CREATE).set("bpffs_fd", number)));
      } finally {
        directory.release();
      }
    }
  }

  /** Statistics are counted until it is closed. */
  public interface Counting extends AutoCloseable {
    @Override
    void close();
  }

  void adopt(KernelResource resource) {
    if (closed) {
      resource.fd().close();
      throw new IllegalStateException("this Kernel has been closed");
    }
    open.add(resource);
  }

  void forget(KernelResource resource) {
    open.remove(resource);
  }

  /** Closes everything that was opened through it and is still open. */
  @Override
  public void close() {
    closed = true;
    for (KernelResource resource : new ArrayList<>(open)) {
      resource.close();
    }
  }
}
