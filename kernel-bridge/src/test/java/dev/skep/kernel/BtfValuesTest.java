package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.object.Bytes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BtfValuesTest {

  private final BtfBuilder types = new BtfBuilder();
  private final int s32 = types.add(BtfType.Int.signed("int", 4));
  private final int u64 = types.add(BtfType.Int.unsigned("u64", 8));
  private final int u8 = types.add(BtfType.Int.unsigned("char", 1));
  private final int bool = types.add(BtfType.Int.bool("_Bool", 1));

  private Object read(int type, int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return BtfValues.read(types.build(), type, Bytes.of(raw));
  }

  @Test
  void numbersHaveTheirSign() {
    assertEquals(-2L, read(s32, 0xfe, 0xff, 0xff, 0xff));
    assertEquals(0x0807060504030201L, read(u64, 1, 2, 3, 4, 5, 6, 7, 8));
    assertEquals("18446744073709551615", read(u64, 255, 255, 255, 255, 255, 255, 255, 255));
    assertEquals(true, read(bool, 1));
  }

  @Test
  void structuresAreMapsWithBitFieldsAndAnonymousMembers() {
    int inner =
        types.add(new BtfType.Struct("", true, 4, List.of(new BtfType.Member("x", s32, 0, 0))));
    int outer =
        types.add(
            new BtfType.Struct(
                "outer",
                false,
                12,
                List.of(
                    new BtfType.Member("low", s32, 0, 3),
                    new BtfType.Member("high", s32, 3, 29),
                    new BtfType.Member("", inner, 32, 0),
                    new BtfType.Member("last", s32, 64, 0))));
    assertEquals(
        Map.of("low", -1L, "high", 1L, "x", 5L, "last", 6L),
        read(outer, 0x0f, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> read(outer, 1, 2, 3));
  }

  @Test
  void textArraysAndConstants() {
    int text = types.add(new BtfType.Array(u8, s32, 4));
    int list = types.add(new BtfType.Array(s32, s32, 2));
    int colour =
        types.add(new BtfType.Enum("colour", 4, false, List.of(new BtfType.Enumerator("RED", 1))));
    int pointer = types.add(new BtfType.Ptr(0));
    assertEquals("ab", read(text, 'a', 'b', 0, 7));
    assertEquals(List.of(1L, 2L, 3L, 4L), read(text, 1, 2, 3, 4));
    assertEquals(List.of(1L, -1L), read(list, 1, 0, 0, 0, 255, 255, 255, 255));
    assertEquals("RED", read(colour, 1, 0, 0, 0));
    assertEquals(9L, read(colour, 9, 0, 0, 0));
    assertEquals(16L, read(pointer, 16, 0, 0, 0, 0, 0, 0, 0));
  }
}
