package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.FunctionInfo;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@SuppressWarnings("NullAway.Init") // the kernel is opened before each test
class ProgramLoadTest {

  private static final byte[] PACKET = new byte[64];

  private Kernel kernel;

  @BeforeEach
  void open() {
    kernel = Kernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  private KernelProgram loaded(LoadResult result) {
    return assertInstanceOf(LoadResult.Loaded.class, result, result::log).program();
  }

  @Test
  void aProgramRunsAndReturnsItsValue() {
    try (var program = loaded(kernel.load(Programs.xdpReturning(2), LoadOptions.DEFAULT))) {
      TestRun run = program.testRun(PACKET);
      assertEquals(2, run.retval());
      assertEquals(Bytes.of(PACKET), run.dataOut());
      assertEquals(2, program.testRun(TestRunOptions.packet(PACKET).withRepeat(1000)).retval());
    }
  }

  @Test
  void aRefusalCarriesErrnoAndLog() {
    var spec =
        ProgramSpec.of(
            "uninitialised", ProgramType.XDP, Code.of(Programs.movReg(0, 3), Programs.exit()));
    for (int level : new int[] {0, 1, 2}) {
      var refused =
          assertInstanceOf(
              LoadResult.Refused.class,
              kernel.load(spec, LoadOptions.DEFAULT.unchecked().withLogLevel(level)));
      assertEquals(Errno.EACCES, refused.errno());
      assertTrue(refused.log().contains("R3 !read_ok"), refused.log());
      assertTrue(
          refused.reason().contains("the verifier refused it: R3 !read_ok"), refused.reason());
    }
  }

  @Test
  void theLogGrowsUntilItFits() {
    var code = new ArrayList<RawInstruction>();
    for (int i = 0; i < 30_000; i++) {
      code.add(Programs.mov(1, i));
    }
    code.add(Programs.mov(0, 1));
    code.add(Programs.exit());
    var spec = Programs.withMaps("long", ProgramType.XDP, code);
    var options = LoadOptions.DEFAULT.withLogLevel(2);
    LoadResult whole = kernel.load(spec, options);
    assertTrue(whole.log().length() > 1 << 20, "log of " + whole.log().length());
    assertTrue(whole.log().startsWith("0: R1=ctx() R10=fp0") || whole.log().startsWith("func#0"));
    assertTrue(whole.log().contains("processed 30002 insns"));
    loaded(whole).close();

    LoadResult cut = kernel.load(spec, options.withMaxLogBytes(100_000));
    assertTrue(cut.log().length() < 100_000);
    assertEquals(1, cut.notes().size());
    loaded(cut).close();
  }

  @Test
  void programsOfAnObjectShareMapsAndTypes() {
    Btf types = types();
    MapSpec map = Programs.counters("shared");
    ProgramSpec first = typed("first", map, types);
    ProgramSpec second = typed("second", map, types);
    var object = new BpfObject("o", "GPL", List.of(first, second), List.of(map), types, List.of());
    try (KernelObject session = kernel.object(object)) {
      var one = session.load(first, LoadOptions.DEFAULT.withLogLevel(2));
      var two = session.load(second, LoadOptions.DEFAULT);
      assertEquals(List.of(), one.notes());
      assertTrue(one.log().contains("; int x = 1;"), one.log());
      loaded(one).testRun(PACKET);
      loaded(two).testRun(PACKET);
      KernelMap live = session.map(map);
      assertSame(live, session.maps().get("shared"));
      byte[] value = live.lookup(Programs.u32(0));
      assertEquals(2, value == null ? -1 : Programs.number(value));
    }
  }

  @Test
  void aProgramAloneOwnsItsMaps() {
    var map = Programs.counters("own");
    try (var program =
        loaded(kernel.load(Programs.counting(ProgramType.XDP, map, 1), LoadOptions.DEFAULT))) {
      program.testRun(TestRunOptions.packet(PACKET).withRepeat(5));
      byte[] value =
          java.util.Objects.requireNonNull(program.maps().get("own")).lookup(new byte[4]);
      assertEquals(5, value == null ? -1 : Programs.number(value));
    }
  }

  @Test
  void aMapThatCannotBeMadeSaysWhichAndWhy() {
    var bad = MapSpec.of("no_entries", MapType.HASH, 4, 4, 0);
    var e = assertThrows(KernelCallException.class, () -> kernel.createMap(bad));
    assertEquals(Errno.EINVAL, e.errno());
    assertTrue(e.getMessage().contains("no_entries"), e.getMessage());
    assertTrue(e.getMessage().contains("max_entries=0"), e.getMessage());
  }

  @Test
  void badTypesSayWhatTheKernelSaid() {
    byte[] bytes = dev.skep.btf.BtfWriter.write(types());
    bytes[24 + 4] = 99;
    var e = assertThrows(KernelCallException.class, () -> kernel.loadBtf(bytes));
    assertTrue(e.getMessage().contains("the kernel's log ends with"), e.getMessage());
  }

  /** {@code int}, {@code int (void *)}, {@code func}, and a section without its layout. */
  private static Btf types() {
    var b = new BtfBuilder();
    int anInt = b.add(BtfType.Int.signed("int", 4));
    int pointer = b.add(new BtfType.Ptr(0));
    int proto = b.add(new BtfType.FuncProto(anInt, List.of(new BtfType.Param("ctx", pointer))));
    b.add(new BtfType.Func("f", proto, BtfType.Linkage.GLOBAL));
    int var = b.add(new BtfType.Var("external", anInt, BtfType.Linkage.EXTERN));
    int kfunc = b.add(new BtfType.Func("kfunc", proto, BtfType.Linkage.EXTERN));
    b.add(
        new BtfType.Datasec(
            ".ksyms",
            0,
            List.of(new BtfType.SectionVar(var, 0, 0), new BtfType.SectionVar(kfunc, 0, 0))));
    return b.build();
  }

  private static ProgramSpec typed(String name, MapSpec map, Btf types) {
    ProgramSpec plain = Programs.counting(ProgramType.XDP, map, 2);
    return ProgramSpec.builder(name, plain.type(), plain.code())
        .section("xdp")
        .maps(plain.maps())
        .btf(types)
        .functions(List.of(new FunctionInfo(0, 4)))
        .lines(List.of(new LineInfo(0, "a.c", "  int x = 1;", 7, 3)))
        .build();
  }
}
