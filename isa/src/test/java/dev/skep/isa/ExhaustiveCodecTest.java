package dev.skep.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every opcode byte with many field patterns, against the registry of RFC 9669 (and what Linux
 * added) written down a second time, as rows of what each field may hold.
 */
class ExhaustiveCodecTest {

  private static final int[] REGISTERS = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 15};
  private static final int[] OFFSETS = {0, 1, 2, -1, 8, 16, 32, 64, Short.MAX_VALUE, -32768};
  private static final int[] IMMS = {
    0,
    1,
    2,
    3,
    8,
    16,
    32,
    64,
    -1,
    0x40,
    0x41,
    0x50,
    0x51,
    0xa0,
    0xa1,
    0xe0,
    0xe1,
    0xf0,
    0xf1,
    0x100,
    0x101,
    0x110,
    0x7fffffff,
    0x80000000
  };
  private static final Set<String> FIELDS =
      Set.of("opcode", "dst_reg", "src_reg", "offset", "imm", "next");

  /** What the fields of one form may hold. */
  private record Row(IntPredicate dst, IntPredicate src, IntPredicate offset, IntPredicate imm) {
    boolean matches(RawInstruction raw) {
      return dst.test(raw.dstReg())
          && src.test(raw.srcReg())
          && offset.test(raw.offset())
          && imm.test(raw.imm());
    }
  }

  private static IntPredicate of(int... values) {
    return v -> java.util.Arrays.stream(values).anyMatch(x -> x == v);
  }

  private static List<Row> rows(int opcode) {
    IntPredicate any = _ -> true;
    IntPredicate zero = v -> v == 0;
    IntPredicate reg = v -> v <= 10;
    IntPredicate divOffset = of(0, 1);
    IntPredicate atomics = of(0, 1, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1, 0x100, 0x110);
    IntPredicate ordered = of(0x100, 0x110);
    return switch (opcode) {
      // add sub mul or and lsh rsh xor mov arsh with an immediate
      case 0x04, 0x14, 0x24, 0x44, 0x54, 0x64, 0x74, 0xa4, 0xb4, 0xc4 ->
          List.of(new Row(reg, zero, zero, any));
      case 0x07, 0x17, 0x27, 0x47, 0x57, 0x67, 0x77, 0xa7, 0xb7, 0xc7 ->
          List.of(new Row(reg, zero, zero, any));
      // the same with a register
      case 0x0c, 0x1c, 0x2c, 0x4c, 0x5c, 0x6c, 0x7c, 0xac, 0xcc ->
          List.of(new Row(reg, reg, zero, zero));
      case 0x0f, 0x1f, 0x2f, 0x4f, 0x5f, 0x6f, 0x7f, 0xaf, 0xcf ->
          List.of(new Row(reg, reg, zero, zero));
      case 0xbc -> List.of(new Row(reg, reg, of(0, 8, 16), zero));
      case 0xbf ->
          List.of(new Row(reg, reg, of(0, 8, 16, 32), zero), new Row(reg, reg, of(1), v -> v != 0));
      // div mod
      case 0x34, 0x94, 0x37, 0x97 -> List.of(new Row(reg, zero, divOffset, any));
      case 0x3c, 0x9c, 0x3f, 0x9f -> List.of(new Row(reg, reg, divOffset, zero));
      // neg and byte swaps
      case 0x84, 0x87 -> List.of(new Row(reg, zero, zero, zero));
      case 0xd4, 0xdc, 0xd7 -> List.of(new Row(reg, zero, zero, of(16, 32, 64)));
      // memory
      case 0x61, 0x69, 0x71, 0x79, 0x81, 0x89, 0x91 -> List.of(new Row(reg, reg, any, zero));
      case 0x62, 0x6a, 0x72, 0x7a -> List.of(new Row(reg, zero, any, any));
      case 0x63, 0x6b, 0x73, 0x7b -> List.of(new Row(reg, reg, any, zero));
      case 0xc3, 0xdb -> List.of(new Row(reg, reg, any, atomics));
      case 0xcb, 0xd3 -> List.of(new Row(reg, reg, any, ordered));
      case 0x20, 0x28, 0x30 -> List.of(new Row(zero, zero, zero, any));
      case 0x40, 0x48, 0x50 -> List.of(new Row(zero, reg, zero, any));
      // jumps
      case 0x05, 0xe5 -> List.of(new Row(zero, zero, any, zero));
      case 0x06 -> List.of(new Row(zero, zero, zero, any));
      case 0x15, 0x25, 0x35, 0x45, 0x55, 0x65, 0x75, 0xa5, 0xb5, 0xc5, 0xd5 ->
          List.of(new Row(reg, zero, any, any));
      case 0x16, 0x26, 0x36, 0x46, 0x56, 0x66, 0x76, 0xa6, 0xb6, 0xc6, 0xd6 ->
          List.of(new Row(reg, zero, any, any));
      case 0x1d, 0x2d, 0x3d, 0x4d, 0x5d, 0x6d, 0x7d, 0xad, 0xbd, 0xcd, 0xdd ->
          List.of(new Row(reg, reg, any, zero));
      case 0x1e, 0x2e, 0x3e, 0x4e, 0x5e, 0x6e, 0x7e, 0xae, 0xbe, 0xce, 0xde ->
          List.of(new Row(reg, reg, any, zero));
      case 0x85 -> List.of(new Row(zero, of(0, 1), zero, any), new Row(zero, of(2), any, any));
      case 0x8d -> List.of(new Row(reg, zero, zero, zero));
      case 0x95 -> List.of(new Row(zero, zero, zero, zero));
      default -> List.of();
    };
  }

  @Test
  void everyOpcodeWithEveryFieldPattern() {
    long valid = 0;
    for (int opcode = 0; opcode < 256; opcode++) {
      if (opcode == RawInstruction.WIDE_OPCODE) {
        continue;
      }
      List<Row> rows = rows(opcode);
      for (int dst : REGISTERS) {
        for (int src : REGISTERS) {
          for (int offset : OFFSETS) {
            for (int imm : IMMS) {
              RawInstruction raw = RawInstruction.of(opcode, dst, src, offset, imm);
              boolean expected = false;
              for (Row row : rows) {
                expected |= row.matches(raw);
              }
              if (check(raw, null) != expected) {
                assertEquals(expected, !expected, raw + " " + Decoder.decode(raw, null));
              }
              valid += expected ? 1 : 0;
            }
          }
        }
      }
    }
    assertTrue(valid > 100_000, "too few patterns are valid: " + valid);
  }

  /** RFC 9669, section 3.1: what a big-endian target has in memory, written field by field. */
  @Test
  void everyFieldPatternInBothByteOrders() {
    int patterns = 256 * OFFSETS.length * IMMS.length;
    for (int opcode = 0; opcode < 256; opcode++) {
      long[] slots = new long[patterns];
      ByteBuffer big = ByteBuffer.allocate(8 * patterns).order(ByteOrder.BIG_ENDIAN);
      ByteBuffer little = ByteBuffer.allocate(8 * patterns).order(ByteOrder.LITTLE_ENDIAN);
      int n = 0;
      for (int registers = 0; registers < 256; registers++) {
        int dst = registers & 0xf;
        int src = registers >> 4;
        for (int offset : OFFSETS) {
          for (int imm : IMMS) {
            slots[n++] = RawInstruction.of(opcode, dst, src, offset, imm).bits();
            big.put((byte) opcode).put((byte) (dst << 4 | src)).putShort((short) offset);
            big.putInt(imm);
            little.put((byte) opcode).put((byte) (src << 4 | dst)).putShort((short) offset);
            little.putInt(imm);
          }
        }
      }
      Code code = Code.ofSlots(slots);
      assertArrayEquals(big.array(), code.toBytes(ByteOrder.BIG_ENDIAN));
      assertArrayEquals(little.array(), code.toBytes(ByteOrder.LITTLE_ENDIAN));
      assertEquals(code, Code.ofBytes(big.array(), ByteOrder.BIG_ENDIAN));
      assertEquals(code, Code.ofBytes(little.array(), ByteOrder.LITTLE_ENDIAN));
    }
  }

  @Test
  void everyWideLoad() {
    int[] highs = {0, 1, -1};
    for (int dst = 0; dst < 16; dst++) {
      for (int src = 0; src < 16; src++) {
        for (int offset : OFFSETS) {
          for (int imm : IMMS) {
            RawInstruction raw = RawInstruction.of(0x18, dst, src, offset, imm);
            assertFalse(check(raw, null));
            for (int high : highs) {
              boolean expected = dst <= 10 && src <= 6 && offset == 0;
              expected &= high == 0 || (src != 1 && src != 5);
              assertEquals(expected, check(raw, RawInstruction.of(0, 0, 0, 0, high)));
            }
            assertFalse(check(raw, RawInstruction.of(0, 1, 0, 0, 0)));
            assertFalse(check(raw, RawInstruction.of(0x95, 0, 0, 0, 0)));
          }
        }
      }
    }
  }

  @Property(tries = 50_000)
  void anyWordEitherRoundTripsOrHasAProblem(@ForAll long bits, @ForAll long next) {
    check(new RawInstruction(bits), new RawInstruction(next));
    check(new RawInstruction(bits), new RawInstruction(next & 0xffff_ffff_0000_0000L));
  }

  @Property
  void bothByteOrdersRoundTrip(@ForAll long[] slots) {
    Code code = Code.ofSlots(slots);
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      assertEquals(code, Code.ofBytes(code.toBytes(order), order));
    }
  }

  @Test
  void bigEndianSwapsTheRegisterNibblesToo() {
    // r1 += 0x11223344 in both layouts of RFC 9669, section 3.1.
    Code code = Code.of(RawInstruction.of(0x07, 1, 0, 0, 0x11223344));
    HexFormat hex = HexFormat.of();
    assertArrayEquals(hex.parseHex("0701000044332211"), code.toBytes(ByteOrder.LITTLE_ENDIAN));
    assertArrayEquals(hex.parseHex("0710000011223344"), code.toBytes(ByteOrder.BIG_ENDIAN));
  }

  /** Whether the slot is valid; if so it must come back from the encoder. */
  private static boolean check(RawInstruction raw, @Nullable RawInstruction next) {
    return switch (Decoder.decode(raw, next)) {
      case Decoded.Valid(Instruction instruction) -> {
        List<RawInstruction> slots = Encoder.encode(instruction);
        assertEquals(instruction.slots(), slots.size());
        if (slots.getFirst().bits() != raw.bits()) {
          assertEquals(raw, slots.getFirst(), instruction::toString);
        }
        if (slots.size() == 2) {
          assertEquals(next, slots.get(1), instruction::toString);
        }
        yield true;
      }
      case Decoded.Invalid invalid -> {
        assertFalse(invalid.problems().isEmpty());
        invalid.problems().forEach(p -> assertTrue(FIELDS.contains(p.field()), p::field));
        yield false;
      }
    };
  }
}
