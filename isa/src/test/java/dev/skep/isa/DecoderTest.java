package dev.skep.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // opcode | dst | src | offset | imm | fields that are wrong
        "07 | 11 | 0  | 0 | 1    | dst_reg",
        "07 | 1  | 2  | 3 | 1    | offset src_reg",
        "0f | 1  | 15 | 0 | 1    | src_reg imm",
        "37 | 1  | 0  | 2 | 1    | offset",
        "bc | 1  | 2  | 32 | 0   | offset",
        "bf | 1  | 2  | 2 | 0    | offset",
        "b7 | 1  | 0  | 8 | 0    | offset",
        "87 | 1  | 1  | 1 | 1    | src_reg offset imm",
        "8f | 1  | 0  | 0 | 0    | opcode",
        "d4 | 1  | 0  | 0 | 8    | imm",
        "df | 1  | 0  | 0 | 16   | opcode",
        "e7 | 0  | 0  | 0 | 0    | opcode",
        "61 | 1  | 2  | 0 | 1    | imm",
        "99 | 1  | 2  | 0 | 0    | opcode",
        "81 | 1  | 12 | 0 | 0    | src_reg",
        "21 | 1  | 2  | 0 | 0    | opcode",
        "62 | 1  | 2  | 0 | 0    | src_reg",
        "c2 | 0  | 0  | 0 | 0    | opcode",
        "63 | 1  | 2  | 0 | 5    | imm",
        "c3 | 1  | 2  | 0 | 2    | imm",
        "d3 | 1  | 2  | 0 | 0    | opcode",
        "38 | 0  | 0  | 0 | 0    | opcode",
        "20 | 1  | 1  | 1 | 0    | dst_reg offset src_reg",
        "00 | 0  | 0  | 0 | 0    | opcode",
        "10 | 0  | 0  | 0 | 0    | opcode",
        "18 | 0  | 0  | 0 | 0    | next",
        "18 | 0  | 7  | 1 | 0    | offset src_reg next",
        "05 | 1  | 1  | 0 | 1    | dst_reg src_reg imm",
        "06 | 0  | 0  | 1 | 1    | offset",
        "0d | 0  | 0  | 0 | 0    | opcode",
        "15 | 1  | 1  | 0 | 0    | src_reg",
        "1d | 1  | 1  | 0 | 1    | imm",
        "85 | 0  | 3  | 0 | 0    | src_reg",
        "85 | 1  | 0  | 1 | 0    | dst_reg offset",
        "86 | 0  | 0  | 0 | 0    | opcode",
        "8d | 1  | 1  | 1 | 1    | src_reg offset imm",
        "95 | 0  | 0  | 0 | 1    | imm",
        "96 | 0  | 0  | 0 | 0    | opcode",
        "e5 | 0  | 1  | 0 | 0    | src_reg",
        "e6 | 0  | 0  | 0 | 0    | opcode",
        "f5 | 0  | 0  | 0 | 0    | opcode",
      })
  void namesEveryWrongField(String opcode, int dst, int src, int offset, int imm, String fields) {
    RawInstruction raw = RawInstruction.of(Integer.parseInt(opcode, 16), dst, src, offset, imm);
    Decoded decoded = Decoder.decode(Code.of(raw), 0);
    List<String> named =
        decoded instanceof Decoded.Invalid invalid
            ? invalid.problems().stream().map(Decoded.FieldProblem::field).toList()
            : List.of();
    assertEquals(List.of(fields.split(" ")), named, decoded::toString);
  }

  @Test
  void aWideLoadTakesTheNextSlot() {
    Code code =
        Code.of(
            RawInstruction.of(0x18, 3, 2, 0, 7),
            RawInstruction.of(0, 0, 0, 0, 40),
            RawInstruction.of(0x95, 0, 0, 0, 0));
    assertEquals(
        new Decoded.Valid(new Instruction.LoadImmediate64(3, WideKind.MAP_VALUE, 7, 40)),
        Decoder.decode(code, 0));
  }

  @Test
  void theSecondSlotHoldsOnlyImm() {
    RawInstruction wide = RawInstruction.of(0x18, 3, 0, 0, 7);
    for (long bits : new long[] {1, 0x100, 0x1000, 0x1_0000, 0x8000_0000L}) {
      Decoded decoded = Decoder.decode(wide, new RawInstruction(bits));
      assertFalse(decoded instanceof Decoded.Valid, () -> Long.toHexString(bits));
    }
  }
}
