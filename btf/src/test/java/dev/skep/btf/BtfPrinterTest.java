package dev.skep.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.BtfType.Member;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BtfPrinterTest {

  private final Btf everyKind = BtfReaderTest.everyKind().build();

  @Test
  void printsRawAsBpftoolDoes() {
    assertEquals(
        """
        [1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
        [2] PTR '(anon)' type_id=5
        [3] ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=3
        [4] STRUCT 's' size=32 vlen=5
        \t'a' type_id=1 bits_offset=0
        \t'(anon)' type_id=6 bits_offset=32
        \t'p' type_id=2 bits_offset=64
        \t'bits' type_id=1 bits_offset=130 bitfield_size=5
        \t'x' type_id=3 bits_offset=160
        [5] TYPE_TAG 'user' type_id=4
        [6] UNION '(anon)' size=4 vlen=2
        \t'u1' type_id=1 bits_offset=0
        \t'u2' type_id=1 bits_offset=0
        [7] ENUM 'e' encoding=SIGNED size=4 vlen=2
        \t'E1' val=-1
        \t'E2' val=7
        [8] ENUM64 'e64' encoding=UNSIGNED size=8 vlen=1
        \t'BIG' val=4294967296ULL
        [9] FWD 'later' fwd_kind=union
        [10] TYPEDEF 'alias' type_id=11
        [11] CONST '(anon)' type_id=12
        [12] VOLATILE '(anon)' type_id=4
        [13] RESTRICT '(anon)' type_id=2
        [14] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2
        \t'first' type_id=2
        \t'(anon)' type_id=0
        [15] FUNC 'f' type_id=14 linkage=global
        [16] VAR 'v' type_id=1, linkage=static
        [17] DATASEC '.data' size=4 vlen=1
        \ttype_id=16 offset=0 size=4 (VAR 'v')
        [18] FLOAT 'double' size=8
        [19] DECL_TAG 'whole' type_id=4 component_idx=-1
        [20] DECL_TAG 'part' type_id=4 component_idx=2
        [21] STRUCT 's___flavour' size=0 vlen=0
        """,
        BtfRawPrinter.print(everyKind));
  }

  @Test
  void printsC() {
    String c = BtfCPrinter.print(everyKind);
    assertTrue(
        c.contains(
            """
            struct s {
            \tint a;
            \tunion {
            \t\tint u1;
            \t\tint u2;
            \t};
            \tstruct s __attribute__((btf_type_tag("user"))) *p;
            \tchar : 2;
            \tint bits : 5;
            \tint x[3];
            };
            """),
        c);
    assertTrue(c.contains("typedef struct s volatile const alias;"), c);
    assertTrue(c.contains("enum e {\n\tE1 = -1,\n\tE2 = 7,\n};"), c);
    assertTrue(c.contains("\tBIG = 4294967296ULL,\n"), c);
  }

  @Test
  void printsJson() {
    String json = BtfJsonPrinter.print(everyKind);
    assertTrue(
        json.startsWith(
            "{\"types\":[{\"id\":1,\"kind\":\"INT\",\"name\":\"int\",\"size\":4,\"bits_offset\":0,"
                + "\"nr_bits\":32,\"encoding\":\"SIGNED\"},"),
        json);
    assertTrue(json.endsWith("]}\n"));
  }

  @Test
  void renamesWhatCHasOnlyOnce() {
    var b = new BtfBuilder();
    b.add(BtfType.Int.signed("int", 4));
    b.add(new BtfType.Struct("twice", false, 4, List.of(new Member("a", 1, 0, 0))));
    b.add(new BtfType.Struct("twice", false, 4, List.of(new Member("b", 1, 0, 0))));
    b.add(new BtfType.Enum("x", 4, false, List.of(new BtfType.Enumerator("SAME", 0))));
    b.add(new BtfType.Enum("y", 4, false, List.of(new BtfType.Enumerator("SAME", 1))));
    String c = BtfCPrinter.print(b.build());
    assertTrue(c.contains("struct twice {") && c.contains("struct twice___2 {"), c);
    assertTrue(c.contains("\tSAME = 0U,") && c.contains("\tSAME___2 = 1U,"), c);
  }

  @Test
  void refusesWhatContainsItself() {
    var b = new BtfBuilder();
    b.add(new BtfType.Struct("s", false, 4, List.of(new Member("s", 1, 0, 0))));
    assertThrows(BtfFormatException.class, () -> BtfCPrinter.print(b.build()));
  }

  @Test
  void rawTextOfTheKernelEqualsBpftools(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path vmlinux = Path.of("/sys/kernel/btf/vmlinux");
    Needs.met(Files.isReadable(vmlinux) ? null : "no " + vmlinux);
    Path out = folder.resolve("raw");
    Process process =
        Needs.command("bpftool", "btf", "dump", "file", vmlinux.toString())
            .redirectOutput(out.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    List<String> theirs = Files.readAllLines(out);
    List<String> ours = BtfRawPrinter.print(BtfReader.readFile(vmlinux)).lines().toList();
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      assertEquals(theirs.get(i), ours.get(i), "line " + (i + 1));
    }
    assertEquals(theirs.size(), ours.size());
  }

  @Test
  void compilerLaysTheKernelOutAsBtfSays(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path vmlinux = Path.of("/sys/kernel/btf/vmlinux");
    Needs.met(Files.isReadable(vmlinux) ? null : "no " + vmlinux);
    String clang = Needs.tool("clang-19");
    Btf btf = BtfReader.readFile(vmlinux);
    var names = new CNames(btf);
    var source = new StringBuilder("#define BPF_NO_PRESERVE_ACCESS_INDEX\n");
    source.append(BtfCPrinter.print(btf));
    for (int id = 1; id < btf.typeCount(); id++) {
      // va_list is another type for BPF, and what holds it has another size.
      if (btf.type(id) instanceof BtfType.Struct s
          && !s.name().isEmpty()
          && !s.name().equals("warn_args")) {
        String tag = (s.union() ? "union " : "struct ") + names.of(id);
        source.append("_Static_assert(sizeof(%s) == %d, \"\");%n".formatted(tag, s.size()));
        for (Member m : s.members()) {
          if (m.bitSize() == 0 && !m.name().isEmpty()) {
            source.append(
                "_Static_assert(__builtin_offsetof(%s, %s) == %d, \"\");%n"
                    .formatted(tag, m.name(), m.bitOffset() / 8));
          }
        }
      }
    }
    Path file = folder.resolve("vmlinux.c");
    Files.writeString(file, source);
    Process process =
        Needs.command(clang, "-target", "bpf", "-fsyntax-only", "-w", file.toString())
            .redirectErrorStream(true)
            .start();
    String errors =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), errors);
  }
}
