package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.writer.ObjectWriter;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An assembled object, written as ELF, is loaded by bpftool and accepted by the kernel. */
class BpftoolTest {

  private static final String BPFTOOL = "bpftool";
  @TempDir Path folder;

  private boolean mounted;

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", folder.resolve("bpffs").toString());
    }
  }

  @Test
  void loadsWithMapsDataSubprogramsAndLines() throws Exception {
    BpfObject object =
        AssemblerTest.assemble(
            """
            .license "GPL"
            .map counts type=hash key=4 value=8 entries=16
            .rodata
            limit: .long 7
            .data
            seen: .quad 0
            .program count_packets type=xdp
                *(u32 *)(r10 - 4) = 0
                r1 = map[counts] ll
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem
                if r0 == 0 goto pass
                r1 = 1
                lock *(u64 *)(r0 + 0) += r1
            pass:
                call raise
                r1 = seen ll
                *(u64 *)(r1 + 0) = r0
                w0 = 2
                exit
            .function raise
                r1 = limit ll
                r0 = *(u32 *)(r1 + 0)
                exit
            """);
    byte[] elf = ObjectWriter.write(object);
    Path file = folder.resolve("count.o");
    Files.write(file, elf);

    // Our own reader sees the same program in it.
    BpfObject read = ObjectReader.read(elf, "count.o", ReadOptions.defaults()).orElseThrow();
    assertEquals(object.programs().getFirst().code(), read.programs().getFirst().code());

    assumeKernel();
    Path bpffs = Files.createDirectory(folder.resolve("bpffs"));
    run("mount", "-t", "bpf", "none", bpffs.toString());
    mounted = true;
    String pin = bpffs.resolve("count").toString();
    run(BPFTOOL, "prog", "load", file.toString(), pin);
    String shown = String.join("\n", run(BPFTOOL, "prog", "dump", "xlated", "pinned", pin));
    assertTrue(shown.contains("; w0 = 2"), "source lines in bpftool's dump:\n" + shown);
    assertTrue(shown.contains("int raise()"), "the subprogram's name:\n" + shown);
  }

  /** Everything that a directive can say about maps and data, as bpftool and the kernel see it. */
  @Test
  void loadsTypedMapsInnerMapsAndNamedData() throws Exception {
    AssemblyResult result =
        Assembler.assemble(
            """
            .license "GPL"
            .struct counter lock=bpf_spin_lock packets=u64 bytes=u64
            .struct flow source=u32 target=u32 ports=u16[2] protocol=u8
            .map flows type=hash key=flow value=counter entries=64 flags=no_prealloc
            .map inner type=array key=u32 value=u64 entries=4
            .map outer type=array_of_maps key=4 value=4 entries=2 inner=inner slot0=inner
            .map names type=array key=int value=char[16] entries=1
            .map events type=ringbuf entries=4096
            .map seen_before type=bloom_filter value=8 entries=10 extra=3
            .map next type=prog_array key=4 value=4 entries=4 slot2=counts
            .rodata
            limit: .long 7
            table: .short 1, 2, 3
            name:  .asciz "skep"
            .data
            seen: .quad 9
            .bss
            scratch: .zero 16
            .program counts type=xdp
                r6 = r1
                *(u64 *)(r10 - 16) = 0
                *(u64 *)(r10 - 8) = 0
                r1 = flows ll
                r2 = r10
                r2 += -16
                call bpf_map_lookup_elem
                if r0 == 0 goto pass
                r7 = r0
                r1 = r0
                call bpf_spin_lock
                r1 = *(u64 *)(r7 + 8)
                r1 += 1
                *(u64 *)(r7 + 8) = r1
                r1 = r7
                call bpf_spin_unlock
            pass:
                call raise
                r1 = seen ll
                *(u64 *)(r1 + 0) = r0
                r1 = scratch ll
                *(u64 *)(r1 + 0) = r0
                r1 = r6
                r2 = next ll
                w3 = 1
                call bpf_tail_call
                w0 = 2
                exit
            .function raise
                r1 = limit ll
                r0 = *(u32 *)(r1 + 0)
                exit
            """,
            "typed.s",
            AssemblyOptions.defaults());
    assertEquals(List.of(), result.diagnostics());
    BpfObject object = java.util.Objects.requireNonNull(result.object());
    Path file = folder.resolve("typed.o");
    byte[] elf = ObjectWriter.write(object);
    Files.write(file, elf);
    BpfObject read = ObjectReader.read(elf, "typed.o", ReadOptions.defaults()).orElseThrow();
    assertEquals(object.programs().getFirst().code(), read.programs().getFirst().code());
    for (MapSpec map : object.maps()) {
      MapSpec other = read.map(map.name()).orElseThrow();
      assertEquals(map.keySize(), other.keySize(), map.name());
      assertEquals(map.valueSize(), other.valueSize(), map.name());
      assertEquals(map.flags(), other.flags(), map.name());
      assertEquals(map.extra(), other.extra(), map.name());
      assertEquals(map.initialSlots(), other.initialSlots(), map.name());
      assertEquals(map.btfKeyTypeId() == 0, other.btfKeyTypeId() == 0, map.name());
      assertEquals(map.btfValueTypeId() == 0, other.btfValueTypeId() == 0, map.name());
    }

    assumeKernel();
    Path bpffs = Files.createDirectory(folder.resolve("bpffs"));
    run("mount", "-t", "bpf", "none", bpffs.toString());
    mounted = true;
    String pin = bpffs.resolve("counts").toString();
    run(BPFTOOL, "prog", "load", file.toString(), pin, "pinmaps", bpffs + "/maps");
    String inner = String.join("\n", run(BPFTOOL, "map", "dump", "pinned", bpffs + "/maps/inner"));
    assertTrue(inner.contains("\"key\": 3"), inner);
    String flows = String.join("\n", run(BPFTOOL, "map", "show", "pinned", bpffs + "/maps/flows"));
    assertTrue(flows.contains("key 16B  value 24B  max_entries 64"), flows);
    assertTrue(flows.contains("flags 0x1"), flows);
    assertTrue(flows.contains("btf_id"), flows);
    String outer = String.join("\n", run(BPFTOOL, "map", "dump", "pinned", bpffs + "/maps/outer"));
    assertTrue(outer.contains("Found 1 element"), outer);
    String next = String.join("\n", run(BPFTOOL, "map", "dump", "pinned", bpffs + "/maps/next"));
    assertTrue(next.contains("key: 02 00 00 00"), next);
    StringBuilder data = new StringBuilder();
    for (String map : List.of("typed_rodata", "typed_data", "typed_bss")) {
      Path path = bpffs.resolve("maps").resolve(map);
      data.append(String.join("", run(BPFTOOL, "map", "dump", "pinned", "" + path)));
    }
    String variables = data.toString().replaceAll("\\s+", "");
    assertTrue(variables.contains("\"limit\":7"), variables);
    assertTrue(variables.contains("\"table\":[1,2,3]"), variables);
    assertTrue(variables.contains("\"seen\":9"), variables);
    assertTrue(variables.contains("\"scratch\":["), variables);
  }

  /** libbpf pins such a map under its name; in a mount namespace of its own, nothing stays. */
  @Test
  void pinsAMapByItsName() throws Exception {
    BpfObject object =
        AssemblerTest.assemble(
            """
            .map kept type=array key=u32 value=u64 entries=2 pin=name
            .program keeper type=xdp
                r1 = kept ll
                w0 = 2
                exit
            """);
    Path file = folder.resolve("pinned.o");
    Files.write(file, ObjectWriter.write(object));
    assumeKernel();
    String script =
        "mount -t bpf none /sys/fs/bpf && %s prog load %s /sys/fs/bpf/keeper && ls /sys/fs/bpf"
            .formatted(Needs.tool(BPFTOOL), file);
    List<String> pinned = run("unshare", "-m", "sh", "-c", script);
    assertTrue(pinned.contains("kept"), pinned::toString);
  }

  private static void assumeKernel() {
    Needs.tool(BPFTOOL);
    Needs.root();
  }

  private static List<String> run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("skep-bpftool", ".txt");
    try {
      Process process =
          Needs.command(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
      int exit = process.waitFor();
      List<String> lines = Files.readAllLines(output);
      assertEquals(0, exit, () -> String.join(" ", command) + "\n" + String.join("\n", lines));
      return lines;
    } finally {
      Files.delete(output);
    }
  }
}
