package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skep.isa.Instruction;
import dev.skep.isa.WideKind;
import dev.skep.object.Bytes;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** LLVM 19's assembler and disassembler. */
final class Llvm {

  private static final String MC = "llvm-mc-19";
  private static final String OBJDUMP = "llvm-objdump-19";
  private static final Pattern LINE =
      Pattern.compile(
          "^\\s*\\d+:\\s+((?:[0-9a-f]{2} ){7,15}[0-9a-f]{2})\\s+(.*?)(?:\\s<[^<> ]+>)?$");

  private Llvm() {}

  /** Skips the test where LLVM is not installed; fails it where everything is required. */
  static void require() {
    Needs.tool(MC);
    Needs.tool(OBJDUMP);
  }

  /** An instruction as llvm-objdump shows it: its bytes, and its text without symbols. */
  record Line(Bytes bytes, String text) {}

  static void assemble(Path source, Path object) throws Exception {
    run(MC, "-triple=bpfel", "-mcpu=v4", "-filetype=obj", "-o", object, source);
  }

  static List<String> listing(Path object, String option) throws Exception {
    return run(OBJDUMP, option, "--mcpu=v4", object);
  }

  static List<Line> lines(List<String> listing) {
    List<Line> lines = new ArrayList<>();
    for (String line : listing) {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(m.group(1));
        lines.add(new Line(Bytes.of(bytes), m.group(2)));
      }
    }
    return lines;
  }

  /** What LLVM 19's assembler has no text for, or another meaning. */
  static boolean knows(Instruction instruction) {
    return switch (instruction) {
      // Newer than LLVM 19.
      case Instruction.LoadAcquire _, Instruction.StoreRelease _ -> false;
      // Its text has no place for the offset.
      case Instruction.LoadPacketIndirect i -> i.imm() == 0;
      case Instruction.LoadPacketAbsolute i -> i.imm() >= 0;
      // Maps, variables and functions are relocations there.
      case Instruction.LoadImmediate64 i -> i.kind() == WideKind.CONSTANT;
      case Instruction.CallKfunc _, Instruction.CallLocal _ -> false;
      case Instruction.CallHelper i -> i.id() >= 0;
      // A number is taken for a 16-bit offset.
      case Instruction.LongJump i -> i.offset() == (short) i.offset();
      case Instruction.AddressSpaceCast i -> i.toSpace() < 0x8000 && i.fromSpace() < 0x8000;
      default -> true;
    };
  }

  private static List<String> run(Object... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    Path output = Files.createTempFile("skep-llvm", ".txt");
    try {
      Process process =
          Needs.command(words).redirectErrorStream(true).redirectOutput(output.toFile()).start();
      int exit = process.waitFor();
      List<String> lines = Files.readAllLines(output);
      assertEquals(0, exit, () -> String.join("\n", lines.subList(0, Math.min(10, lines.size()))));
      return lines;
    } finally {
      Files.delete(output);
    }
  }

  /** Names nothing. */
  static final class NoNames implements NamedPlaces {
    @Override
    public @Nullable String label(int pc) {
      return null;
    }

    @Override
    public @Nullable String helper(int id) {
      return null;
    }

    @Override
    public @Nullable String kfunc(int pc) {
      return null;
    }

    @Override
    public @Nullable String map(int index) {
      return null;
    }
  }
}
