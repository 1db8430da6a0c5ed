package dev.skep.assembler.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skep.assembler.conformance.Conformance.Outcome;
import dev.skep.assembler.conformance.Conformance.Report;
import dev.skep.isa.Code;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConformanceTest {

  /** Just enough of a machine for the files here. */
  private static long run(byte[] bytes, byte[] memory) {
    Code code = Code.ofBytes(bytes, ByteOrder.LITTLE_ENDIAN);
    long[] r = new long[11];
    for (int pc = 0; ; pc++) {
      Decoded.Valid valid = (Decoded.Valid) Decoder.decode(code, pc);
      switch (valid.instruction()) {
        case Instruction.Alu i -> {
          long src = ((Operand.Imm) i.src()).value();
          r[i.dst()] =
              switch (i.op()) {
                case MOV -> src;
                case ADD -> r[i.dst()] + src;
                default -> throw new UnsupportedOperationException(i.toString());
              };
        }
        case Instruction.Load i -> r[i.dst()] = memory[i.offset()] & 0xff;
        case Instruction.ConditionalJump i -> {
          if (r[i.dst()] == ((Operand.Imm) i.src()).value()) {
            pc += i.offset();
          }
        }
        case Instruction.Exit _ -> {
          return r[0];
        }
        default -> throw new UnsupportedOperationException(valid.toString());
      }
    }
  }

  @Test
  void everyFileGoesAsItShould() throws Exception {
    URL folder = ConformanceTest.class.getResource("negative");
    assertNotNull(folder);
    Path root = Path.of(folder.toURI()).resolveSibling("");
    Map<String, String> outcomes = new TreeMap<>();
    for (Report report : Conformance.runFolder(root, ConformanceTest::run)) {
      assertEquals(true, report.asExpected(), report::toString);
      outcomes.put(
          report.file() + (report.negative() ? " -" : " +"),
          report.outcome() + (report.detail().isEmpty() ? "" : ": " + report.detail()));
    }
    assertEquals(
        new TreeMap<>(
            Map.of(
                "add.data +", "PASSED",
                "memory.data +", "PASSED",
                "raw-numbers.data +", "PASSED",
                "raw-bytes.data +", "PASSED",
                "wrong-result.data -", "WRONG_RESULT: r0 is 0x1, but 0x2 was to come",
                "register.data -", "REFUSED: %r12 is not a register that a program can use",
                "reserved.data -", "REFUSED: slot 0: offset is reserved here and must be 0, not 1",
                "heading.data -", "REFUSED: there is no section \"sam\" in the format",
                "memory.data -", "REFUSED: \"zz\" in the mem section is no byte",
                "length.data -", "REFUSED: the raw section has 2 bytes, which is no program")),
        outcomes);
  }

  @Test
  void anEngineThatFailsIsNoCrash() {
    DataFile file = DataFile.parse("f", "-- asm\nexit\n-- result\n0x0\n");
    Report report =
        Conformance.run(
            file,
            false,
            (_, _) -> {
              throw new IllegalStateException("no memory");
            });
    assertEquals(new Report("f", false, Outcome.REFUSED, "no memory"), report);
  }

  @Test
  void thePluginSpeaksHexadecimal() throws Exception {
    String program = "b7 00 00 00 ff ff ff ff\n95 00 00 00 00 00 00 00\n";
    assertEquals("ffffffffffffffff", Conformance.plugin(program, "", ConformanceTest::run));
    for (String bad : List.of("b7", "zz", "")) {
      assertThrows(
          IllegalArgumentException.class, () -> Conformance.plugin(bad, "", ConformanceTest::run));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Conformance.plugin(program, "abc", ConformanceTest::run));
  }

  @Property
  void anyTextIsAFileOrAProblem(@ForAll List<String> parts) {
    DataFile.parse("f", "-- asm\n" + String.join("\n-- result\n", parts));
    DataFile.parse("f", "-- raw\n" + String.join("\n-- mem\n", parts));
  }
}
