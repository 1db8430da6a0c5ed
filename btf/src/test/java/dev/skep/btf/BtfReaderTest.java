package dev.skep.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.Member;
import dev.skep.test.Needs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BtfReaderTest {

  /** One type of each kind; ids in the comments. */
  static BtfBuilder everyKind() {
    var b = new BtfBuilder();
    b.add(BtfType.Int.signed("int", 4)); // 1
    b.add(new BtfType.Ptr(5)); // 2
    b.add(new BtfType.Array(1, 1, 3)); // 3
    b.add(
        new BtfType.Struct(
            "s",
            false,
            32,
            List.of(
                new Member("a", 1, 0, 0),
                new Member("", 6, 32, 0),
                new Member("p", 2, 64, 0),
                new Member("bits", 1, 130, 5),
                new Member("x", 3, 160, 0)))); // 4
    b.add(new BtfType.TypeTag("user", 4, false)); // 5
    b.add(
        new BtfType.Struct(
            "", true, 4, List.of(new Member("u1", 1, 0, 0), new Member("u2", 1, 0, 0)))); // 6
    b.add(
        new BtfType.Enum(
            "e",
            4,
            true,
            List.of(new BtfType.Enumerator("E1", -1), new BtfType.Enumerator("E2", 7)))); // 7
    b.add(
        new BtfType.Enum64(
            "e64", 8, false, List.of(new BtfType.Enumerator("BIG", 0x1_0000_0000L)))); // 8
    b.add(new BtfType.Fwd("later", true)); // 9
    b.add(new BtfType.Typedef("alias", 11)); // 10
    b.add(new BtfType.Const(12)); // 11
    b.add(new BtfType.Volatile(4)); // 12
    b.add(new BtfType.Restrict(2)); // 13
    b.add(
        new BtfType.FuncProto(
            1, List.of(new BtfType.Param("first", 2), new BtfType.Param("", 0)))); // 14
    b.add(new BtfType.Func("f", 14, Linkage.GLOBAL)); // 15
    b.add(new BtfType.Var("v", 1, Linkage.STATIC)); // 16
    b.add(new BtfType.Datasec(".data", 4, List.of(new BtfType.SectionVar(16, 0, 4)))); // 17
    b.add(new BtfType.Float("double", 8)); // 18
    b.add(new BtfType.DeclTag("whole", 4, -1)); // 19
    b.add(new BtfType.DeclTag("part", 4, 2)); // 20
    b.add(new BtfType.Struct("s___flavour", false, 0, List.of())); // 21
    return b;
  }

  private final Btf btf = everyKind().build();

  @Test
  void readsWhatWasWritten() {
    BtfBuilder b = everyKind();
    assertEquals(b.nextId(), btf.typeCount());
    for (int id = 0; id < b.nextId(); id++) {
      assertEquals(b.get(id), btf.type(id), "type " + id);
    }
    assertArrayEquals(BtfWriter.write(btf), BtfWriter.write(BtfReader.read(BtfWriter.write(btf))));
  }

  @Test
  void readsBigEndianToo() {
    byte[] little = BtfWriter.write(everyKind().build());
    ByteBuffer from = ByteBuffer.wrap(little).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(little.length).order(ByteOrder.BIG_ENDIAN);
    int words = 24 + from.getInt(12);
    to.putShort(from.getShort()).put(from.get()).put(from.get());
    while (from.position() < words) {
      to.putInt(from.getInt());
    }
    to.put(from);
    Btf big = BtfReader.read(to.array());
    for (int id = 0; id < btf.typeCount(); id++) {
      assertEquals(btf.type(id), big.type(id), "type " + id);
    }
  }

  @Test
  void findsNames() {
    assertEquals(List.of(4), btf.idsNamed("s"));
    assertEquals(List.of(), btf.idsNamed("nothing"));
    assertEquals(List.of(), btf.idsNamed(""));
    assertEquals(OptionalInt.of(4), btf.findStruct("s"));
    assertEquals(OptionalInt.empty(), btf.findUnion("s"));
    assertEquals(OptionalInt.of(15), btf.findFunc("f"));
    assertEquals(OptionalInt.of(10), btf.findTypedef("alias"));
    assertEquals(OptionalInt.of(16), btf.findVar("v"));
    assertEquals(OptionalInt.of(8), btf.findEnum("e64"));
    assertEquals(List.of(4, 21), btf.idsWithEssentialName("s"));
    assertEquals(List.of(), btf.idsWithEssentialName("s___flavour"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, -1", "1, 4", "2, 8", "3, 12", "4, 32", "5, 32", "6, 4", "7, 4", "8, 8", "9, -1", "10, 32",
    "13, 8", "14, -1", "15, -1", "16, 4", "17, 4", "18, 8", "19, 32", "21, 0"
  })
  void knowsSizes(int id, long size) {
    assertEquals(size, btf.sizeOf(id));
  }

  @Test
  void followsModifiersAndTypedefs() {
    assertEquals(4, btf.skipModifiers(11));
    assertEquals(10, btf.skipModifiers(10));
    assertEquals(4, btf.resolve(10));
    assertEquals(List.of("user"), btf.typeTags(13));
    assertEquals(List.of("whole"), btf.declTags(4, -1));
    assertEquals(List.of("part"), btf.declTags(4, 2));
    assertEquals(List.of(), btf.declTags(4, 0));
  }

  @Test
  void findsMembers() {
    Btf.MemberPlace inner = btf.findMember(10, "u2");
    assertEquals(new Btf.MemberPlace(new Member("u2", 1, 0, 0), 6, 1, 32), inner);
    assertNull(btf.findMember(10, "nothing"));
    Btf.MemberPlace covering = btf.memberAt(4, 15);
    assertEquals("p", covering == null ? null : covering.member().name());
    Btf.MemberPlace bits = btf.memberAt(4, 16);
    assertEquals("bits", bits == null ? null : bits.member().name());
    assertNull(btf.memberAt(4, 17));
    assertNull(btf.memberAt(4, 32));
  }

  @ParameterizedTest
  @CsvSource({
    "a___b, a",
    "a___b___c, a___b",
    "___a, ___a",
    "a___, a___",
    "a__b, a__b",
    "a____b, a____b",
    "task_struct, task_struct",
    "x___1, x"
  })
  void knowsFlavours(String name, String essential) {
    assertEquals(essential, Btf.essentialName(name));
  }

  @Test
  void splitsContinueTheirBase() {
    Btf base = everyKind().build();
    // A split with one struct (own name), and a typedef whose name "s" is the base's string.
    byte[] baseBytes = BtfWriter.write(base);
    int baseStrings = ByteBuffer.wrap(baseBytes).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
    int nameOfS = 1 + "int\0".length();
    ByteBuffer split = ByteBuffer.allocate(24 + 24 + 4).order(ByteOrder.LITTLE_ENDIAN);
    split.putShort((short) BtfReader.MAGIC).put((byte) 1).put((byte) 0).putInt(24);
    split.putInt(0).putInt(24).putInt(24).putInt(4);
    split.putInt(baseStrings).putInt(BtfKind.STRUCT.ordinal() << 24).putInt(16);
    split.putInt(nameOfS).putInt(BtfKind.TYPEDEF.ordinal() << 24).putInt(4);
    split.put("mod\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    Btf module = BtfReader.read(split.array(), base);
    assertEquals(base.typeCount(), module.firstOwnId());
    assertEquals(new BtfType.Struct("mod", false, 16, List.of()), module.type(22));
    assertEquals(new BtfType.Typedef("s", 4), module.type(23));
    assertEquals(List.of(22), module.idsNamed("mod"));
    assertEquals(List.of(4, 23), module.idsNamed("s"));
    assertEquals(List.of(4, 21, 23), module.idsWithEssentialName("s"));
    assertEquals(base.type(4), module.type(4));
    assertEquals(List.of("part"), module.declTags(4, 2));
  }

  @Test
  void refusesCycles() {
    var b = new BtfBuilder();
    b.add(new BtfType.Const(2));
    b.add(new BtfType.Typedef("t", 1));
    Btf cyclic = b.build();
    assertThrows(BtfFormatException.class, () -> cyclic.resolve(1));
    assertThrows(BtfFormatException.class, () -> cyclic.sizeOf(1));
    assertThrows(BtfFormatException.class, () -> cyclic.alignOf(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 23, 24, 100, 200})
  void refusesTruncation(int length) {
    byte[] bytes = java.util.Arrays.copyOf(BtfWriter.write(btf), length);
    assertThrows(BtfFormatException.class, () -> BtfReader.read(bytes));
  }

  @Test
  void refusesDanglingReferences() {
    var b = new BtfBuilder();
    b.add(new BtfType.Ptr(2));
    var e = assertThrows(BtfFormatException.class, b::build);
    assertEquals("type 1: it refers to type 2, but the highest id is 1", e.getMessage());
  }

  @Test
  void readsTheRunningKernelsTypes() {
    var kernel = BtfReader.runningKernel();
    Needs.met(kernel.isPresent() ? null : "no /sys/kernel/btf/vmlinux on this machine");
    Btf vmlinux = kernel.orElseThrow();
    int task = vmlinux.findStruct("task_struct").orElseThrow();
    Btf.MemberPlace pid = vmlinux.findMember(task, "pid");
    assertTrue(pid != null && vmlinux.sizeOf(pid.member().type()) == 4);
    Btf copy = BtfReader.read(BtfWriter.write(vmlinux));
    assertEquals(vmlinux.typeCount(), copy.typeCount());
    for (int id = 0; id < copy.typeCount(); id++) {
      assertEquals(vmlinux.type(id), copy.type(id));
    }
  }
}
