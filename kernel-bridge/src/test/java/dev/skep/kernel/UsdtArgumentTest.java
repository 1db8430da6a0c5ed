package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skep.kernel.UsdtArgument.Place;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The words in which a marker's note says where its arguments are. */
class UsdtArgumentTest {

  record Row(String text, int bytes, boolean signed, Place place) {}

  private static final int RAX = 80;
  private static final int RCX = 88;
  private static final int RBP = 32;

  static Stream<Row> rows() {
    return Stream.of(
        new Row("8@%rax", 8, false, new Place.Register(RAX)),
        new Row("-4@%eax", 4, true, new Place.Register(RAX)),
        new Row("2@%ax", 2, false, new Place.Register(RAX)),
        new Row("-1@%al", 1, true, new Place.Register(RAX)),
        new Row("1@%dil", 1, false, new Place.Register(112)),
        new Row("4@%r8d", 4, false, new Place.Register(72)),
        new Row("1@%r15b", 1, false, new Place.Register(0)),
        new Row("-4@$-9", 4, true, new Place.Constant(-9)),
        new Row("8@$0x10", 8, false, new Place.Constant(16)),
        new Row("-8@-1204(%rbp)", 8, true, new Place.Memory(RBP, -1204)),
        new Row("4@(%rcx)", 4, false, new Place.Memory(RCX, 0)),
        new Row("4@8(%rax,%rcx,4)", 4, false, new Place.Indexed(RAX, RCX, 4, 8)),
        new Row("4@(%rax,%rcx)", 4, false, new Place.Indexed(RAX, RCX, 1, 0)),
        new Row("-4@counter(%rip)", 4, true, new Place.Unknown("counter(%rip)")),
        new Row("4@%xmm0", 4, false, new Place.Unknown("%xmm0")),
        new Row("8@$99999999999999999999", 8, false, new Place.Unknown("$99999999999999999999")));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anArgument(Row row) {
    assertEquals(
        List.of(new UsdtArgument(row.bytes(), row.signed(), row.place())),
        UsdtArgument.parse(row.text()));
  }

  @Test
  void severalArguments() {
    assertEquals(
        List.of(
            new UsdtArgument(4, true, new Place.Memory(152, -12)),
            new UsdtArgument(2, false, new Place.Indexed(RAX, RCX, 2, 0)),
            new UsdtArgument(4, true, new Place.Constant(7))),
        UsdtArgument.parse("-4@-12(%rsp) 2@(%rax, %rcx, 2) -4@$7"));
    assertEquals(List.of(), UsdtArgument.parse(""));
    assertEquals(List.of(), UsdtArgument.parse("nonsense"));
  }

  /** The element of libbpf's table, by its layout. */
  @Test
  void theTablesElement() {
    var probe = new UsdtProbes.Probe("p", "n", 1, 0, "-4@%eax 2@8(%rax,%rcx,4) 8@$5");
    ByteBuffer spec =
        ByteBuffer.wrap(UsdtAttachment.spec(probe, 77)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(208, spec.capacity());
    assertEquals(1, spec.getInt(8));
    assertEquals(RAX, spec.getShort(12));
    assertEquals(1, spec.get(14));
    assertEquals(32, spec.get(15));
    assertEquals(8, spec.getLong(16));
    assertEquals(3 | RCX << 16 | 2 << 28, spec.getInt(24));
    assertEquals(RAX, spec.getShort(28));
    assertEquals(48, spec.get(31));
    assertEquals(5, spec.getLong(32));
    assertEquals(0, spec.getInt(40));
    assertEquals(77, spec.getLong(192));
    assertEquals(3, spec.getShort(200));
  }
}
