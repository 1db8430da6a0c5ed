package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.object.BpfObject;
import dev.skep.object.ObjectReader;
import dev.skep.object.ReadOptions;
import dev.skep.object.writer.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An assembled object, written as ELF, is loaded by bpftool and accepted by the kernel. */
class BpftoolTest {

  private static final Path BPFTOOL = Path.of("/usr/sbin/bpftool");
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
    run(BPFTOOL.toString(), "prog", "load", file.toString(), pin);
    String shown =
        String.join("\n", run(BPFTOOL.toString(), "prog", "dump", "xlated", "pinned", pin));
    assertTrue(shown.contains("; w0 = 2"), "source lines in bpftool's dump:\n" + shown);
    assertTrue(shown.contains("int raise()"), "the subprogram's name:\n" + shown);
  }

  private static void assumeKernel() {
    boolean usable = Files.isExecutable(BPFTOOL) && "root".equals(System.getProperty("user.name"));
    if (!usable && "1".equals(System.getenv("SKEP_REQUIRE_KERNEL"))) {
      throw new IllegalStateException("bpftool and root are needed here");
    }
    assumeTrue(usable, "bpftool is not installed, or this is not root");
  }

  private static List<String> run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("skep-bpftool", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int exit = process.waitFor();
      List<String> lines = Files.readAllLines(output);
      assertEquals(0, exit, () -> String.join(" ", command) + "\n" + String.join("\n", lines));
      return lines;
    } finally {
      Files.delete(output);
    }
  }
}
