package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.Code;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same text gives the same bytes as LLVM 19's assembler, and what its disassembler prints
 * assembles to the bytes that it printed it for.
 */
class LlvmDifferenceTest {

  private static final int LINES = Integer.getInteger("skep.llvm.lines", 100_000);

  @TempDir Path folder;

  @BeforeEach
  void llvmIsThere() {
    Llvm.require();
  }

  @Test
  void bothAssemblersAgree() throws Exception {
    List<String> text = new ArrayList<>();
    List<RawInstruction> expected = new ArrayList<>();
    InstructionGenerator generator = new InstructionGenerator(19);
    NamedPlaces names = new Llvm.NoNames();
    while (text.size() < LINES) {
      Instruction instruction = generator.any();
      if (Llvm.knows(instruction)) {
        text.add(KernelWriter.text(instruction, 0, names));
        expected.addAll(Encoder.encode(instruction));
      }
    }
    List<String> dump = dump(text);
    Code ours = RoundTripTest.assemble(String.join("\n", text), Syntax.KERNEL);
    assertEquals(Code.of(expected.toArray(RawInstruction[]::new)), ours);
    List<Llvm.Line> theirs = Llvm.lines(dump);
    compare(text, ours, theirs);
    List<String> theirText = theirs.stream().map(Llvm.Line::text).toList();
    // What llvm-objdump prints is read back to the bytes it stands for.
    assertEquals(ours, RoundTripTest.assemble(String.join("\n", theirText), Syntax.KERNEL));
    // And so is its listing as a whole, with addresses and bytes in front.
    assertEquals(ours, RoundTripTest.assemble(String.join("\n", dump), Syntax.AUTO));
  }

  /** Every instruction that clang made of the examples. */
  @Test
  void theExamplesReadTheSameOnBothSides() throws Exception {
    List<String> text = new ArrayList<>();
    List<RawInstruction> slots = new ArrayList<>();
    int shown = 0;
    for (Path object : ExampleObjectsTest.objects()) {
      for (Llvm.Line line : Llvm.lines(Llvm.listing(object, "-d"))) {
        shown++;
        Code code = Code.ofBytes(line.bytes().toArray(), ByteOrder.LITTLE_ENDIAN);
        // Their text is our code,
        assertEquals(
            code, RoundTripTest.assemble(line.text(), Syntax.KERNEL), object + ": " + line.text());
        if (Decoder.decode(code, 0) instanceof Decoded.Valid(Instruction instruction)
            && Llvm.knows(instruction)) {
          text.add(KernelWriter.text(instruction, 0, new Llvm.NoNames()));
          for (int pc = 0; pc < code.size(); pc++) {
            slots.add(code.at(pc));
          }
        }
      }
    }
    assertTrue(shown > 500 && text.size() > shown * 9 / 10, text.size() + " of " + shown);
    // and our text is their code.
    compare(text, Code.of(slots.toArray(RawInstruction[]::new)), Llvm.lines(dump(text)));
  }

  private List<String> dump(List<String> text) throws Exception {
    Path source = folder.resolve("all.s");
    Files.write(source, text);
    Path object = folder.resolve("all.o");
    Llvm.assemble(source, object);
    return Llvm.listing(object, "-d");
  }

  private static void compare(List<String> text, Code ours, List<Llvm.Line> theirs) {
    assertEquals(text.size(), theirs.size(), "instructions in llvm-objdump's output");
    byte[] ourBytes = ours.toBytes(ByteOrder.LITTLE_ENDIAN);
    int position = 0;
    for (int i = 0; i < theirs.size(); i++) {
      byte[] their = theirs.get(i).bytes().toArray();
      byte[] our = java.util.Arrays.copyOfRange(ourBytes, position, position + their.length);
      assertArrayEquals(their, our, text.get(i));
      position += their.length;
    }
  }
}
