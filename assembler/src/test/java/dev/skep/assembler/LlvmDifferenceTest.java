package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same text gives the same bytes as LLVM 19's assembler, and what its disassembler prints
 * assembles to the bytes that it printed it for.
 */
class LlvmDifferenceTest {

  private static final int LINES = Integer.getInteger("skep.llvm.lines", 100_000);
  private static final Path LLVM_MC = Path.of("/usr/bin/llvm-mc-19");
  private static final Path LLVM_OBJDUMP = Path.of("/usr/bin/llvm-objdump-19");
  private static final Pattern OBJDUMP_LINE =
      Pattern.compile(
          "^\\s*\\d+:\\s+((?:[0-9a-f]{2} ){7,15}[0-9a-f]{2})\\s+(.*?)(?:\\s<[^<> ]+>)?$");

  @TempDir Path folder;

  @BeforeEach
  void llvmIsThere() {
    boolean there = Files.isExecutable(LLVM_MC) && Files.isExecutable(LLVM_OBJDUMP);
    if (!there && "1".equals(System.getenv("SKEP_REQUIRE_KERNEL"))) {
      throw new IllegalStateException("llvm-mc-19 is missing: apt-get install llvm-19");
    }
    assumeTrue(there, "llvm-mc-19 is not installed (Debian: llvm-19)");
  }

  @Test
  void bothAssemblersAgree() throws Exception {
    List<String> text = new ArrayList<>();
    List<RawInstruction> expected = new ArrayList<>();
    InstructionGenerator generator = new InstructionGenerator(19);
    NamedPlaces names = new NoNames();
    while (text.size() < LINES) {
      Instruction instruction = generator.any();
      if (llvmKnows(instruction)) {
        text.add(KernelWriter.text(instruction, 0, names));
        expected.addAll(Encoder.encode(instruction));
      }
    }
    Path source = folder.resolve("all.s");
    Files.write(source, text);
    Path object = folder.resolve("all.o");
    run(LLVM_MC, "-triple=bpfel", "-mcpu=v4", "-filetype=obj", "-o", object, source);
    List<String> dump = run(LLVM_OBJDUMP, "-d", "--mcpu=v4", object);

    Code ours = RoundTripTest.assemble(String.join("\n", text), Syntax.KERNEL);
    assertEquals(Code.of(expected.toArray(RawInstruction[]::new)), ours);
    List<byte[]> theirs = new ArrayList<>();
    List<String> theirText = new ArrayList<>();
    for (String line : dump) {
      Matcher m = OBJDUMP_LINE.matcher(line);
      if (m.matches()) {
        theirs.add(HexFormat.ofDelimiter(" ").parseHex(m.group(1)));
        theirText.add(m.group(2));
      }
    }
    assertEquals(text.size(), theirs.size(), "instructions in llvm-objdump's output");
    byte[] ourBytes = ours.toBytes(ByteOrder.LITTLE_ENDIAN);
    int position = 0;
    for (int i = 0; i < theirs.size(); i++) {
      byte[] their = theirs.get(i);
      byte[] our = java.util.Arrays.copyOfRange(ourBytes, position, position + their.length);
      assertArrayEquals(their, our, text.get(i));
      position += their.length;
    }
    // What llvm-objdump prints is read back to the bytes it stands for.
    assertEquals(ours, RoundTripTest.assemble(String.join("\n", theirText), Syntax.KERNEL));
    // And so is its listing as a whole, with addresses and bytes in front.
    assertEquals(ours, RoundTripTest.assemble(String.join("\n", dump), Syntax.AUTO));
  }

  /** What LLVM 19's assembler has no text for, or another meaning. */
  private static boolean llvmKnows(Instruction instruction) {
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
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int exit = process.waitFor();
      List<String> lines = Files.readAllLines(output);
      assertEquals(0, exit, () -> String.join("\n", lines.subList(0, Math.min(10, lines.size()))));
      return lines;
    } finally {
      Files.delete(output);
    }
  }

  private static final class NoNames implements NamedPlaces {
    @Override
    public @org.jspecify.annotations.Nullable String label(int pc) {
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable String helper(int id) {
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable String kfunc(int pc) {
      return null;
    }

    @Override
    public @org.jspecify.annotations.Nullable String map(int index) {
      return null;
    }
  }
}
