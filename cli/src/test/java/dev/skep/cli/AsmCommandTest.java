package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.kernel.Kernel;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.object.BpfObject;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code skep asm} and {@code skep disasm}. */
class AsmCommandTest {

  @TempDir private Path folder;

  private String source(String text) throws IOException {
    Path file = folder.resolve("text.s");
    Files.writeString(file, text);
    return file.toString();
  }

  private String target(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void writesHexBytesAndObjects() throws Exception {
    String file = source("r0 = 2\nexit\n");
    assertEquals("main b7000000020000009500000000000000\n", Cli.run("asm", file).out());
    assertEquals(0, Cli.run("asm", file, "--raw", "-o", target("text.bin")).code());
    assertArrayEquals(
        HexFormat.of().parseHex("b7000000020000009500000000000000"),
        Files.readAllBytes(folder.resolve("text.bin")));
    assertEquals(0, Cli.run("asm", file, "-o", target("text.o")).code());
    assertTrue(
        Cli.run("disasm", target("text.o"), "--no-source")
            .out()
            .contains("    r0 = 2\n    exit\n"));
  }

  @Test
  void takesTheSyntaxThatIsAskedFor() throws Exception {
    String file = source("mov %r0, 2\nexit\n");
    assertEquals(0, Cli.run("asm", file).code());
    assertEquals(0, Cli.run("asm", "--syntax", "mnemonic", file).code());
    assertEquals(3, Cli.run("asm", "--syntax", "kernel", file).code());
  }

  @Test
  void showsAllErrorsAndWarnings() throws Exception {
    Cli.Result errors = Cli.run("asm", source("r0 = r11\ngoto nowhere\nexit\n"));
    assertEquals(3, errors.code());
    assertTrue(errors.err().contains("text.s: 2 errors\n"), errors.err());
    Cli.Result warned = Cli.run("asm", source(".map m type=array key=8 value=8 entries=1\nexit\n"));
    assertEquals(0, warned.code());
    assertTrue(warned.err().contains("Linux will refuse map m"), warned.err());
  }

  /** Code that no object can hold is still code. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r1 = map_by_idx(1)",
        "r1 = map_by_fd(7)",
        "call kfunc 77",
        "r1 = var_addr(7)",
        "call +3",
      })
  void whatAnObjectCannotSayIsNoFaultOfSkeps(String line) throws Exception {
    String file = source(".program p type=xdp\n" + line + "\nexit\n");
    assertEquals(0, Cli.run("asm", file).code());
    assertEquals(0, Cli.run("asm", file, "--raw", "-o", target("p.bin")).code());
    Cli.Result object = Cli.run("asm", file, "-o", target("p.o"));
    assertEquals(3, object.code(), object.err());
    assertTrue(object.err().contains("--raw"), object.err());
  }

  @Test
  void kernelFunctionsLoad() throws Exception {
    String file =
        source(
            """
            .license "GPL"
            .kfunc bpf_rcu_read_lock
            .kfunc bpf_rcu_read_unlock
            .section "tp_btf/sched_switch"
            on_switch:
              call bpf_rcu_read_lock
              call bpf_rcu_read_unlock
              r0 = 0
              exit
            """);
    try (Kernel kernel = RunningKernel.open()) {
      assertEquals(0, Cli.run("asm", file, "-o", target("k.o")).code());
      BpfObject object =
          ObjectReader.read(
                  folder.resolve("k.o"), ReadOptions.defaults().withKernelBtf(kernel.btf()))
              .orElseThrow();
      LoadResult result = kernel.load(object.programs().getFirst(), LoadOptions.DEFAULT);
      assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
      ((LoadResult.Loaded) result).program().close();
    }
    Cli.Result wrong =
        Cli.run("asm", source(".kfunc bpf_no_such_thing\ncall bpf_no_such_thing\nexit\n"));
    assertEquals(3, wrong.code());
    assertTrue(wrong.err().contains("the kernel has no function bpf_no_such_thing"), wrong.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''      | 2",
        "b7      | 2",
        "no-such | 3",
        "b7000000020000009500000000000000 | 0",
        "b700000002000000:95 00000000000000 | 0",
      })
  void disassemblesHex(String input, int code) {
    Cli.Result result = Cli.run("disasm", input);
    assertEquals(code, result.code(), result.err());
    if (code == 0) {
      assertEquals("    r0 = 2\n    exit\n", result.out());
    }
  }
}
