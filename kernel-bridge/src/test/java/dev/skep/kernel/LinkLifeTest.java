package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.AttachTarget.Position;
import dev.skep.kernel.AttachTarget.XdpMode;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkInfo;
import dev.skep.kernel.info.LinkType;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each kind of link can do after it is made: be found by id, pinned, opened again, given
 * another program, detached. One row a kind; a kind that cannot has the error that says so.
 */
@KernelTest
class LinkLifeTest extends LinkTestBase {

  /** Where a link of a row is attached; closed after it. */
  interface Place extends AutoCloseable {
    AttachTarget target();

    @Override
    default void close() {}
  }

  interface PlaceMaker {
    Place make(LinkLifeTest test) throws IOException;
  }

  /**
   * A kind of link.
   *
   * @param since the Linux version of the link, as 100 times the major number plus the minor
   * @param update the error of an update, null if it works
   * @param detach the error of a detach, null if it works
   */
  record Row(
      LinkType type,
      int since,
      ProgramSpec program,
      PlaceMaker place,
      @Nullable Errno update,
      @Nullable Errno detach) {
    @Override
    public String toString() {
      return type.kernelName();
    }
  }

  private static Place at(AttachTarget target) {
    return () -> target;
  }

  static List<Row> rows() {
    return List.of(
        new Row(
            LinkType.RAW_TRACEPOINT,
            508,
            counting(ProgramType.RAW_TRACEPOINT, 0),
            t -> at(new AttachTarget.RawTracepoint("sched_process_exit", 0)),
            Errno.EINVAL,
            Errno.EOPNOTSUPP),
        new Row(
            LinkType.CGROUP,
            508,
            attachedAs(
                counting(ProgramType.CGROUP_SOCK_ADDR, 1), AttachType.CGROUP_INET4_CONNECT, null),
            t -> new OwnCgroup(AttachType.CGROUP_INET4_CONNECT),
            null,
            null),
        new Row(
            LinkType.ITER,
            508,
            iterator("task"),
            t -> at(new AttachTarget.Iterator()),
            null,
            Errno.EOPNOTSUPP),
        new Row(
            LinkType.NETNS,
            508,
            attachedAs(counting(ProgramType.SK_LOOKUP, 1), AttachType.SK_LOOKUP, null),
            t -> new OwnNamespace(AttachType.SK_LOOKUP),
            null,
            null),
        new Row(
            LinkType.XDP,
            509,
            counting(ProgramType.XDP, 2),
            t -> at(new AttachTarget.Xdp(1, XdpMode.GENERIC)),
            null,
            null),
        new Row(
            LinkType.PERF_EVENT,
            515,
            counting(ProgramType.TRACEPOINT, 0),
            t -> at(new AttachTarget.Tracepoint("sched", "sched_process_exit", 7)),
            Errno.EINVAL,
            Errno.EOPNOTSUPP),
        new Row(
            LinkType.NETFILTER,
            604,
            attachedAs(counting(ProgramType.NETFILTER, 1), AttachType.NETFILTER, null),
            t -> at(new AttachTarget.Netfilter(2, 1, -77, false)),
            Errno.EOPNOTSUPP,
            null),
        new Row(
            LinkType.TCX,
            606,
            counting(ProgramType.SCHED_CLS, -1),
            t -> at(new AttachTarget.Tcx(1, true, Position.LAST)),
            null,
            null),
        new Row(
            LinkType.UPROBE_MULTI,
            606,
            attachedAs(counting(ProgramType.KPROBE, 0), AttachType.TRACE_UPROBE_MULTI, null),
            t -> at(libraryFunction()),
            Errno.EINVAL,
            Errno.EOPNOTSUPP),
        new Row(
            LinkType.SOCKMAP,
            610,
            attachedAs(counting(ProgramType.SK_SKB, 1), AttachType.SK_SKB_VERDICT, null),
            OwnSockets::new,
            null,
            null));
  }

  private static AttachTarget libraryFunction() throws IOException {
    Path libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6").toRealPath();
    long offset = UserSymbols.offsetOf(libc, "getppid").orElseThrow();
    return new AttachTarget.UprobeMulti(libc, List.of(offset), List.of(), false, -1);
  }

  record OwnCgroup(Path directory, AttachType type) implements Place {
    OwnCgroup(AttachType type) throws IOException {
      this(Files.createDirectory(cgroup("life")), type);
    }

    @Override
    public AttachTarget target() {
      return new AttachTarget.Cgroup(directory, type);
    }

    @Override
    public void close() {
      directory.toFile().delete();
    }
  }

  record OwnNamespace(NetworkNamespace network, AttachType type) implements Place {
    OwnNamespace(AttachType type) {
      this(new NetworkNamespace(), type);
    }

    @Override
    public AttachTarget target() {
      return new AttachTarget.NetworkNamespace(
          Path.of("/proc/self/task/" + network.tid() + "/ns/net"), type);
    }

    @Override
    public void close() {
      network.close();
    }
  }

  record OwnSockets(KernelMap map) implements Place {
    OwnSockets(LinkLifeTest test) {
      this(test.kernel.createMap(MapSpec.of("sockets", MapType.SOCKMAP, 4, 4, 2)));
    }

    @Override
    public AttachTarget target() {
      return new AttachTarget.SocketMap(map, AttachType.SK_SKB_VERDICT);
    }

    @Override
    public void close() {
      map.close();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aLinkLives(Row row) throws IOException {
    needs(row.since() / 100, row.since() % 100, row + " links");
    try (var network = new NetworkNamespace();
        KernelProgram first = load(row.program());
        KernelProgram second = load(row.program());
        Fd mount = Native.privateMount("bpf")) {
      Path pin = Path.of("/proc/self/fd/" + mount.acquire() + "/link");
      try (Place place = row.place().make(this);
          KernelLink link = network.call(() -> first.attach(place.target()))) {
        LinkInfo info = link.info();
        assertEquals(row.type(), info.type());
        assertEquals(first.info().id(), info.programId());
        assertNotEquals(0, info.id());
        link.pin(pin);
        try (KernelLink same = kernel.linkById(info.id());
            KernelLink pinned = assertInstanceOf(KernelLink.class, kernel.pinned(pin))) {
          assertEquals(info, same.info());
          assertEquals(info, pinned.info());
        }
        assertEquals(row.update(), error(() -> link.update(second)));
        if (row.update() == null) {
          assertEquals(second.info().id(), link.info().programId());
        }
        assertEquals(row.detach(), error(link::detach));
        Files.delete(pin);
      } finally {
        mount.release();
      }
    }
  }

  private static @Nullable Errno error(Runnable call) {
    try {
      call.run();
      return null;
    } catch (KernelCallException e) {
      return e.errno();
    }
  }

  /** An iterator that is pinned is a file: who reads it walks. */
  @Test
  void aPinnedIteratorIsAFile() throws IOException {
    try (KernelProgram program = load(iterator("task"));
        KernelLink link = program.attach(new AttachTarget.Iterator());
        Fd mount = Native.privateMount("bpf")) {
      Path pin = Path.of("/proc/self/fd/" + mount.acquire() + "/tasks");
      link.pin(pin);
      byte[] tasks = Files.readAllBytes(pin);
      mount.release();
      assertEquals(0, tasks.length % 8);
      assertNotEquals(0, tasks.length);
    }
  }
}
