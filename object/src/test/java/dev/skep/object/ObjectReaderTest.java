package dev.skep.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.inspect.Submission;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.reader.TypeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectReaderTest {

  private static final Map<String, String> CONFIG =
      Map.of(
          "CONFIG_BPF", "y",
          "CONFIG_HZ", "250",
          "CONFIG_DEFAULT_HOSTNAME", "\"(none)\"",
          "CONFIG_IPV6", "m");

  static byte[] file(String name) throws IOException {
    try (var in = ObjectReaderTest.class.getResourceAsStream("/objects/" + name)) {
      return assertNotNull(in, name).readAllBytes();
    }
  }

  private static <T> T assertNotNull(@org.jspecify.annotations.Nullable T value, String what) {
    if (value == null) {
      throw new AssertionError(what + " is missing");
    }
    return value;
  }

  static Btf kernelTypes() throws IOException {
    Btf btf =
        ObjectReader.read(file("kernel_types.bpf.o"), "kernel_types.bpf.o", ReadOptions.defaults())
            .orElseThrow()
            .btf();
    return assertNotNull(btf, "BTF");
  }

  private static ReadOptions options(String name) throws IOException {
    ReadOptions options = ReadOptions.defaults().withKernelConfig(CONFIG).withPossibleCpus(4);
    return name.startsWith("core") || name.startsWith("struct_ops")
        ? options.withKernelBtf(kernelTypes())
        : options;
  }

  private static BpfObject read(String name) throws IOException {
    return ObjectReader.read(file(name), name, options(name)).orElseThrow();
  }

  /**
   * The whole of what would be submitted, against text that was compared with what libbpf submits
   * when it was recorded. {@code -Dskep.record=FOLDER} records anew.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "maps",
        "globals",
        "subprograms",
        "externs",
        "core",
        "sections",
        "struct_ops",
        "newer"
      })
  void readsWhatLibbpfSubmits(String name) throws IOException {
    String text =
        Submission.print(ObjectReader.read(file(name + ".bpf.o"), name + ".bpf.o", options(name)));
    String folder = System.getProperty("skep.record");
    if (folder != null) {
      Files.writeString(Path.of(folder, name + ".expected"), text);
      return;
    }
    assertEquals(new String(file(name + ".expected"), StandardCharsets.UTF_8), text);
  }

  @Test
  void readsMapDefinitions() throws IOException {
    BpfObject object = read("maps.bpf.o");
    assertEquals("Dual BSD/GPL", object.license());
    MapSpec flows = object.map("flows").orElseThrow();
    assertEquals(MapType.HASH, flows.type());
    assertEquals(8, flows.keySize());
    assertEquals(16, flows.valueSize());
    MapSpec blocked = object.map("blocked_addresses_by_prefix").orElseThrow();
    assertTrue(blocked.pinByName());
    assertEquals("blocked_address", blocked.kernelName());
    assertEquals(8192, object.map("events").orElseThrow().maxEntries());
    assertEquals(4, object.map("seen").orElseThrow().extra());
    MapSpec outer = object.map("outer").orElseThrow();
    assertEquals(Map.of(1, "first", 5, "second"), outer.initialSlots());
    MapSpec inner = assertNotNull(outer.inner(), "inner map");
    assertEquals("outer.inner", inner.name());
    assertEquals(4, inner.maxEntries());
    assertEquals(
        Map.of(0, "tail_one", 3, "tail_two"), object.map("jumps").orElseThrow().initialSlots());
  }

  @Test
  void makesMapsOfGlobalData() throws IOException {
    BpfObject object = read("globals.bpf.o");
    MapSpec rodata = object.map("globals.rodata").orElseThrow();
    assertTrue(rodata.frozen());
    assertEquals(MapFlag.RDONLY_PROG.bit() | MapFlag.MMAPABLE.bit(), rodata.flags());
    Bytes bytes = assertNotNull(rodata.initialValue(), "contents");
    assertEquals(42, bytes.littleEndian(0, 4));
    MapSpec custom = object.map(".data.custom").orElseThrow();
    assertEquals(MapFlag.MMAPABLE.bit(), custom.flags());
    assertEquals(0, object.map(".bss.private").orElseThrow().flags());
    MapSpec kconfig = object.map("globals.kconfig").orElseThrow();
    assertTrue(kconfig.frozen());
  }

  @Test
  void keepsWhatIsKnownOfFunctionsOfTheKernel() throws IOException {
    ProgramSpec program = read("externs.bpf.o").program("use").orElseThrow();
    assertEquals(ProgramType.TRACING, program.type());
    assertEquals(AttachType.TRACE_RAW_TP, program.expectedAttachType());
    assertEquals("task_newtask", program.attachTarget());
    assertTrue(program.kfuncs().containsValue("bpf_task_acquire"));
    assertTrue(program.ksyms().containsValue("variable_of_no_kernel"));
  }

  @Test
  void carriesStructuresOfCallbacksOver() throws IOException {
    BpfObject object = read("struct_ops.bpf.o");
    MapSpec map = object.map("skep_congestion").orElseThrow();
    assertEquals(MapType.STRUCT_OPS, map.type());
    assertEquals(128, map.valueSize());
    assertEquals(Map.of(64, "threshold", 72, "avoid", 88, "undo"), map.initialSlots());
    Bytes value = assertNotNull(map.initialValue(), "contents");
    assertEquals('b', value.at(96));
    ProgramSpec undo = object.program("undo").orElseThrow();
    assertEquals("tcp_congestion_ops.undo_cwnd", undo.attachTarget());
    assertEquals(3, undo.structOpsMember().orElseThrow());
  }

  @Test
  void namesContextsForKernelsThatDoNotKnowTheTag() throws IOException {
    for (boolean tagged : new boolean[] {true, false}) {
      ReadOptions options = ReadOptions.forKernel(new KernelVersion(6, tagged ? 8 : 7));
      BpfObject object =
          ObjectReader.read(file("newer.bpf.o"), "newer.bpf.o", options).orElseThrow();
      ProgramSpec program = object.program("throws").orElseThrow();
      Btf btf = assertNotNull(program.btf(), "BTF");
      FunctionInfo info =
          program.functions().stream()
              .filter(f -> btf.type(f.typeId()).name().equals("with_context"))
              .findFirst()
              .orElseThrow();
      var proto = (BtfType.FuncProto) btf.type(((BtfType.Func) btf.type(info.typeId())).type());
      var pointer = (BtfType.Ptr) btf.type(proto.params().getFirst().type());
      assertEquals(tagged ? "void" : "__sk_buff", btf.type(pointer.type()).name());
      assertEquals(java.util.List.of("arg:ctx"), btf.declTags(info.typeId(), 0));
    }
  }

  @Test
  void takesWhatOlderLoadersTook() throws IOException {
    BpfObject object = read("legacy.bpf.o");
    MapSpec addresses = object.map("addresses").orElseThrow();
    assertEquals(MapType.HASH, addresses.type());
    assertEquals(16, addresses.keySize());
    assertEquals(1, addresses.flags());
    ProgramSpec count = object.program("count").orElseThrow();
    assertEquals(ProgramType.XDP, count.type());
    assertEquals(2, count.maps().size());
    assertEquals(ProgramType.UNSPEC, object.program("unknown").orElseThrow().type());
    assertEquals(
        Set.of("object/legacy-maps", "object/legacy-section", "object/unknown-section"),
        object.warnings().stream().map(Diagnostic::rule).collect(Collectors.toSet()));
  }

  @Test
  void explainsWhatCoReDoesNotFind() throws IOException {
    BpfObject object = read("core.bpf.o");
    Diagnostic finding =
        object.warnings().stream()
            .filter(d -> "reaches_poison".equals(d.location().program()))
            .findFirst()
            .orElseThrow();
    assertEquals("object/core-unresolved", finding.rule());
    assertTrue(
        finding.message().contains("struct task_struct.not_in_any_kernel"), finding::message);
    assertTrue(
        finding.notes().toString().contains("nearest: not_in_this_kernel"),
        () -> finding.notes().toString());
    assertNotNull(finding.location().source(), "source line");
  }

  @Test
  void fallsBackToOldHelpersForOldKernels() throws IOException {
    ReadOptions old = ReadOptions.forKernel(new KernelVersion(5, 4), kernelTypes());
    BpfObject object = ObjectReader.read(file("core.bpf.o"), "core.bpf.o", old).orElseThrow();
    ProgramSpec program = object.program("fields").orElseThrow();
    for (int pc = 0; pc < program.code().size(); pc++) {
      var instruction = program.code().at(pc);
      assertFalse(instruction.opcode() == 0x85 && instruction.imm() == 113, "probe_read_kernel");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b/my_object_name.bpf.o, my_object_name",
    "x.o, x",
    "a_name_that_is_too_long.o, a_name_that_is_",
    ".o, ''",
    "plain, plain"
  })
  void namesObjects(String file, String name) {
    assertEquals(name, ObjectReader.nameOf(file));
  }

  @ParameterizedTest
  @CsvSource({
    "kprobe/do_exit, KPROBE, false",
    "kprobe, KPROBE, false",
    "kprobex, , false",
    "fentry.s/f, TRACING, true",
    "xdp, XDP, false",
    "xdp/anything, , false",
    "uprobe.multi.s/a:b, KPROBE, true",
    "syscall, SYSCALL, true",
    "struct_ops.s/init, STRUCT_OPS, true",
    "'', , false"
  })
  void knowsSectionNames(
      String name, @org.jspecify.annotations.Nullable ProgramType type, boolean sleepable) {
    var row = SectionName.find(name);
    assertEquals(type, row.map(SectionName::type).orElse(null));
    assertEquals(sleepable, row.map(SectionName::sleepable).orElse(false));
  }

  private static Diagnostic refusal(byte[] bytes) {
    var refused =
        assertInstanceOf(
            ReadResult.Refused.class, ObjectReader.read(bytes, "bad.o", ReadOptions.defaults()));
    assertEquals("bad.o", refused.diagnostics().getFirst().location().file());
    return refused.diagnostics().getFirst();
  }

  @Test
  void findsObjectsInsideExecutables() throws IOException {
    byte[] object = file("subprograms.bpf.o");
    byte[] executable = new byte[4096 + 2 * object.length];
    new java.util.Random(1).nextBytes(executable);
    System.arraycopy(object, 0, executable, 1000, object.length);
    System.arraycopy(object, 0, executable, 3000 + object.length, object.length);
    var all = ObjectReader.readAll(executable, "/usr/bin/tool", ReadOptions.defaults());
    assertEquals(2, all.size());
    for (ReadResult result : all) {
      assertEquals("tool_bpf", result.orElseThrow().name());
      assertEquals(4, result.orElseThrow().programs().size());
    }
    assertEquals(1, ObjectReader.readAll(object, "a.o", ReadOptions.defaults()).size());
    var none = ObjectReader.readAll(new byte[100], "b", ReadOptions.defaults());
    assertInstanceOf(ReadResult.Refused.class, none.getFirst());
  }

  @Test
  void readsTypesFromObjects() throws IOException {
    Btf types = TypeSource.read(file("maps.bpf.o"));
    assertTrue(types.findStruct("value").isPresent());
    Btf again = TypeSource.read(dev.skep.btf.BtfWriter.write(types));
    assertEquals(types.typeCount(), again.typeCount());
    var e =
        org.junit.jupiter.api.Assertions.assertThrows(
            dev.skep.btf.BtfFormatException.class, () -> TypeSource.read(file("legacy.bpf.c")));
    assertTrue(String.valueOf(e.getMessage()).contains("no ELF file"), e::getMessage);
  }

  @Test
  void refusesWhatIsNoObject() throws IOException {
    byte[] good = file("maps.bpf.o");
    assertEquals("object/not-elf", refusal(new byte[0]).rule());
    assertEquals("object/not-elf", refusal("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)).rule());
    assertEquals("object/truncated", refusal(Arrays.copyOf(good, 40)).rule());
    assertEquals("object/truncated", refusal(Arrays.copyOf(good, good.length - 1)).rule());
    byte[] big = good.clone();
    big[5] = 2;
    assertEquals("object/big-endian", refusal(big).rule());
    byte[] small = good.clone();
    small[4] = 1;
    assertEquals("object/not-bpf", refusal(small).rule());
    byte[] other = good.clone();
    other[18] = 62;
    assertEquals("object/not-bpf", refusal(other).rule());
  }
}
