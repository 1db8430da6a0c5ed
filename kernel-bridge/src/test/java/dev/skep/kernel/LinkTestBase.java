package dev.skep.kernel;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.RawInstruction;
import dev.skep.object.ProgramSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of attached programs share. */
@SuppressWarnings("NullAway.Init") // the kernel is opened before each test
abstract class LinkTestBase {

  Kernel kernel;

  @BeforeEach
  void open() {
    kernel = Kernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  /** Ends the test, with its reason, on a kernel that is older than what it is about. */
  void needs(int major, int minor, String what) {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        kernel.version().isAtLeast(major, minor),
        what + " came with Linux " + major + "." + minor + ", and this is " + kernel.release());
  }

  KernelProgram load(ProgramSpec spec) {
    LoadResult result = kernel.load(spec, LoadOptions.DEFAULT);
    if (result instanceof LoadResult.Loaded loaded) {
      return loaded.program();
    }
    throw new AssertionError(result.toString());
  }

  static ProgramSpec attachedAs(
      ProgramSpec p, @Nullable AttachType attach, @Nullable String target) {
    return ProgramSpec.builder(p.name(), p.type(), p.code())
        .expectedAttachType(attach)
        .attachTarget(target)
        .maps(p.maps())
        .build();
  }

  static ProgramSpec counting(ProgramType type, int result) {
    return Programs.counting(type, Programs.counters("events"), result);
  }

  static long count(KernelProgram program) {
    byte[] value = program.maps().values().iterator().next().lookup(new byte[4]);
    return value == null ? -1 : Programs.number(value);
  }

  /** Writes 8 bytes for each element. */
  static ProgramSpec iterator(String over) {
    var code = new ArrayList<RawInstruction>();
    code.add(RawInstruction.of(0x79, 1, 1, 0, 0)); // r1 = ctx->meta
    code.add(RawInstruction.of(0x79, 1, 1, 0, 0)); // r1 = meta->seq
    code.add(RawInstruction.of(0x7a, 10, 0, -8, 0x41414141));
    code.add(Programs.movReg(2, 10));
    code.add(RawInstruction.of(0x07, 2, 0, 0, -8));
    code.add(Programs.mov(3, 8));
    code.add(Programs.call(127)); // bpf_seq_write
    code.add(Programs.mov(0, 0));
    code.add(Programs.exit());
    return attachedAs(
        Programs.withMaps("iterator", ProgramType.TRACING, code), AttachType.TRACE_ITER, over);
  }

  /** A control group of this process's own that is not there yet. */
  static Path cgroup(String name) {
    Path group = Path.of("/sys/fs/cgroup/unified");
    if (!Files.isRegularFile(group.resolve("cgroup.procs"))) {
      group = Path.of("/sys/fs/cgroup");
    }
    return group.resolve("skep-" + name + "-" + ProcessHandle.current().pid());
  }
}
