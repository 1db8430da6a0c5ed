package dev.skep.isa.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.Code;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassicTest {

  /** {@code ip and tcp dst port 80}, in each of the forms that tools write. */
  private static final String LISTING =
      """
      (000) ldh      [12]
      (001) jeq      #0x800           jt 2\tjf 10
      (002) ldb      [23]
      (003) jeq      #0x6             jt 4\tjf 10
      (004) ldh      [20]
      (005) jset     #0x1fff          jt 10\tjf 6
      (006) ldxb     4*([14]&0xf)
      (007) ldh      [x + 16]
      (008) jeq      #0x50            jt 9\tjf 10
      (009) ret      #262144
      (010) ret      #0
      """;

  private static final String NUMBERS =
      """
      11
      40 0 0 12
      21 0 8 2048
      48 0 0 23
      21 0 6 6
      40 0 0 20
      69 4 0 8191
      177 0 0 14
      72 0 0 16
      21 0 1 80
      6 0 0 262144
      6 0 0 0
      """;

  private static final String ASSEMBLY =
      """
      start:  ldh [12]
              jneq #0x800, drop          ; not IPv4
              ldb [23]
              jneq #6, drop
              ldh [20]
              jset #0x1fff, drop
              ldx 4*([14]&0xf)
              ldh [x+16]
              jeq #80, keep, drop
      keep:   ret #262144
      drop:   ret #0
      """;

  private static List<ClassicInstruction> read(String text) {
    ClassicText.Filter filter = ClassicText.parse(text);
    assertEquals(List.of(), filter.problems());
    assertEquals(List.of(), ClassicCheck.check(filter.program()));
    return filter.program();
  }

  @Test
  void allFormsOfTextAreTheSameFilter() {
    List<ClassicInstruction> program = read(NUMBERS);
    assertEquals(program, read(LISTING));
    assertEquals(program, read(ASSEMBLY));
    StringBuilder braces = new StringBuilder();
    program.forEach(i -> braces.append(i).append(",\n"));
    assertEquals(program, read(braces.toString()));
    assertEquals(program, read(NUMBERS.strip().replace('\n', ',')));
  }

  @Test
  void runsOverPackets() {
    byte[] packet =
        HexFormat.of()
            .parseHex(
                "00000000000000000000000008004500002800000000400600000a0000010a000002"
                    + "d431005000000000000000005002000000000000");
    List<ClassicInstruction> program = read(NUMBERS);
    assertEquals(262144, run(program, packet));
    packet[37] = 81;
    assertEquals(0, run(program, packet));
    assertEquals(0, run(program, new byte[20]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "div #0; ret a             | 0 | this divides by the constant 0",
        "lsh #32; ret a            | 0 | a shift by 32 is not 0 to 31",
        "ld M[16]; ret a           | 0 | there is no word 16; memory is M[0] to M[15]",
        "ld M[3]; ret a            | 0 | M[3] is read, but not written on every way here",
        "ja 9; ret a               | 0 | this jumps 8 instructions on, out of the filter",
        "jeq #1, 7, 1; ret a       | 0 | this jumps 6 instructions on, out of the filter",
        "ld [0xfffff001]; ret a    | 0 | offset 0xfffff001 is no extension that Linux has",
        "ld [0]                    | 0 | the last instruction is to be a ret",
        "jeq #1, a, b; a: st M[1]; b: ld M[1]; ret a | 2 | M[1] is read, but not written on every way here",
      })
  void refusesWhatLinuxRefuses(String text, int pc, String message) {
    ClassicText.Filter filter = ClassicText.parse(text.replace("; ", "\n"));
    assertEquals(List.of(), filter.problems());
    assertEquals(
        List.of(new ClassicCheck.Problem(pc, message)), ClassicCheck.check(filter.program()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ldq [0]         | there is no instruction ldq",
        "add 5           | a constant reads #5, not \"5\"",
        "jeq #1, nowhere | there is no label nowhere",
        "back: ja back   | a filter only jumps forward",
        "ret #0x1ffffffff | 0x1ffffffff is more than 4294967295",
        "ldh 12          | \"12\" is nothing that can be loaded; a load reads [12], [x + 14], M[3], #5 or len",
        "ldxb 4*([14]&0xe) | the length of a header reads 4*([14]&0xf)",
        "ret x           | Linux has no ret x; write txa, then ret a",
        "st 5            | a word of memory reads M[0] to M[15]",
      })
  void saysWhatIsWrongWithTheText(String text, String message) {
    assertEquals(List.of(new ClassicText.Problem(1, message)), ClassicText.parse(text).problems());
  }

  @Test
  void convertsWithTheKernelsShape() throws Exception {
    Code code =
        ClassicConverter.convert(read("ldx #3\nld [x+2]\nja 3\njgt #5, 4, 5\nret #1\nret a"));
    List<String> text = new ArrayList<>();
    for (int pc = 0; pc < code.size(); pc++) {
      text.add(dev.skep.isa.Listing.text(code, pc, dev.skep.isa.Names.NONE));
    }
    assertEquals(
        List.of(
            "(b4) w0 = 0",
            "(b4) w7 = 0",
            "(bf) r6 = r1",
            "(b4) w7 = 3",
            "(40) r0 = *(u32 *)skb[r7 + 2]",
            "(05) goto pc+0",
            "(b5) if r0 <= 0x5 goto pc+2",
            "(b4) w0 = 1",
            "(95) exit",
            "(95) exit"),
        text);
  }

  @Test
  void saysWhatTheContextDoesNotHave() {
    List<ClassicInstruction> program = read("ld #poff\nret a");
    assertThrows(ClassicConverter.Unconvertible.class, () -> ClassicConverter.convert(program));
  }

  @Property(tries = 2_000)
  void anyFilterThatIsAcceptedConvertsToValidCode(@ForAll long seed) throws Exception {
    List<ClassicInstruction> program = generate(new Random(seed), 20, 40);
    if (!ClassicCheck.check(program).isEmpty()) {
      return;
    }
    Code code;
    try {
      code = ClassicConverter.convert(program);
    } catch (ClassicConverter.Unconvertible extension) {
      return;
    }
    for (int pc = 0; pc < code.size(); pc++) {
      assertTrue(Decoder.decode(code, pc) instanceof Decoded.Valid, code.at(pc)::toString);
      if (code.at(pc).instructionClass().isJump() && code.at(pc).opcode() < 0x80) {
        int target = pc + 1 + code.at(pc).offset();
        assertTrue(target > pc && target < code.size(), "jump at " + pc);
      }
    }
    run(program, new byte[40]);
  }

  @Property(tries = 1_000)
  void anyTextEnds(@ForAll String text) {
    ClassicText.parse(text);
    ClassicText.parse("ld " + text + "\njeq #" + text + "\n{ " + text);
  }

  private static int run(List<ClassicInstruction> program, byte[] packet) {
    return ClassicMachine.run(program, ClassicPacket.of(packet), ClassicMachine.Extensions.NONE);
  }

  /**
   * A filter of known operations that ends in {@code ret a}.
   *
   * @param wild how many of a hundred constants are anything at all
   * @param small what the others stay below
   */
  static List<ClassicInstruction> generate(Random random, int wild, int small) {
    int[] codes = java.util.stream.IntStream.range(0, 256).filter(ClassicCheck::isKnown).toArray();
    int length = random.nextInt(1, 12);
    List<ClassicInstruction> program = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int k = random.nextInt(100) < wild ? random.nextInt() : random.nextInt(small);
      int code = codes[random.nextInt(codes.length)];
      boolean jump = (code & 7) == Classic.JMP;
      boolean word = code == 0x60 || code == 0x61 || (code & 7) == 2 || (code & 7) == 3;
      if (wild == 0 && (jump || word)) {
        k = random.nextInt(jump ? 2 : 3);
      }
      program.add(new ClassicInstruction(code, random.nextInt(4), random.nextInt(4), k));
    }
    program.add(new ClassicInstruction(Classic.RET_A, 0, 0, 0));
    return program;
  }

  @Property(tries = 1_000)
  void whatIsWrittenReadsBack(@ForAll long seed) {
    List<ClassicInstruction> program = generate(new Random(seed), 10, 40);
    if (!ClassicCheck.check(program).isEmpty()) {
      return;
    }
    // What an instruction does not use is not written in a listing.
    assertEquals(
        ClassicWriter.listing(program),
        ClassicWriter.listing(read(ClassicWriter.listing(program))));
    assertEquals(program, read(ClassicWriter.numbers(program)));
    assertEquals(program, read(ClassicWriter.structs(program)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LDB [X + 3]; RET A        | ldb [x + 3]; ret a",
        "ldi 5; ldxi 0x1f; ret %a  | ld #5; ldx #31; ret a",
        "ldb [vlanp]; ret a        | ld vlan_pr; ret a",
        "ld len; ret #0b101        | ld #pktlen; ret #5",
        "ld #017; ret a            | ld #15; ret a",
        "/* over; lines */ ld #1; ret a ; # a comment | ld #1; ret a",
        "jeq %x, L; ret #0; L: ret #1 | jeq x, L, N; N: ret #0; L: ret #1",
        "ldxb 4*([14]&0xf); ret a  | ldx 4*([14]&0xf); ret a",
        "jle #5, L; ret #0; L: ret #1 | jgt #5, N, L; N: ret #0; L: ret #1",
      })
  void readsWhatBpfAsmReads(String one, String other) {
    // The size of a load of what is known about a packet makes no difference.
    assertEquals(
        ClassicWriter.listing(read(other.replace("; ", "\n"))).replace("ldb ", "ld  "),
        ClassicWriter.listing(read(one.replace("; ", "\n"))).replace("ldb ", "ld  "));
  }

  @Test
  void theListingIsTcpdumps() {
    assertEquals(LISTING, ClassicWriter.listing(read(NUMBERS)));
  }

  @ParameterizedTest
  @CsvSource({"ffffffffffff, 1", "0180c2000000, 2", "020000000002, 0"})
  void tellsBroadcastAndMulticast(String destination, int type) {
    ClassicPacket packet =
        ClassicPacket.ethernet(HexFormat.of().parseHex(destination + "00".repeat(20)));
    assertEquals(
        type,
        ClassicMachine.run(
            read("ld #type\nret a"), packet, new EthernetFacts(packet, new Random(1))));
  }

  @Test
  void findsThePayloadOfFrames() {
    List<Integer> offsets = new ArrayList<>();
    for (byte[] frame : Frames.all().subList(0, 5)) {
      ClassicPacket packet = ClassicPacket.ethernet(frame);
      offsets.add(
          ClassicMachine.run(
              read("ld #poff\nret a"), packet, new EthernetFacts(packet, new Random(1))));
    }
    // Whole; a later fragment, without a transport header; options; IPv6; in a VLAN.
    assertEquals(List.of(54, 34, 58, 74, 58), offsets);
  }
}
