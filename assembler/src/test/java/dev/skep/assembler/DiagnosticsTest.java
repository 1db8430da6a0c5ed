package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes: what is said about them, where, and that everything else goes on. */
class DiagnosticsTest {

  private static final AssemblyOptions OPTIONS = AssemblyOptions.defaults(TestHelpers.INSTANCE);

  private static List<Diagnostic> errors(String text) {
    AssemblyResult result = Assembler.assemble(text, "t.s", OPTIONS);
    assertEquals(result.errors().isEmpty(), result.object() != null, "an object and no errors");
    return result.errors();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '\0',
      value = {
        "r1 = r11 ! 6 ! register ! r11 is not a register that a program can use",
        "mov %r0, %r50 ! 10 ! register ! %r50 is not a register that a program can use",
        "call bpf_map_lokup_elem ! 6 ! unknown-function ! unknown helper bpf_map_lokup_elem, did you mean bpf_map_lookup_elem?",
        "r0 = r1 + 4 ! 9 ! syntax ! + is not expected here",
        "if r1 = 5 goto +1 ! 7 ! syntax ! = is not expected here",
        "r1 = 0x1ffffffff ! 6 ! range ! 8589934591 does not fit the 32-bit immediate",
        "r1 = 4294967295 ! 6 ! range ! 4294967295 does not fit the 32-bit immediate",
        "r1 = 99999999999999999999 ll ! 6 ! range ! the number does not fit 64 bits",
        "w1 = r2 ! 6 ! operand ! w1 and r2 are of different width",
        "r1 = -r2 ! 7 ! operand ! a register can only be negated in place",
        "*(u9 *)(r1 + 4) = 5 ! 3 ! type ! u9 is no type of memory",
        "*(u8 *)(w1 + 4) = 5 ! 9 ! register ! w1 is half a register, but an address needs a whole one",
        "*(u8 *)(r1 + 40000) = 5 ! 12 ! range ! 40000 does not fit the 16-bit offset",
        "mvo %r1, 5 ! 1 ! mnemonic ! there is no instruction mvo",
        "add %r1 ! 1 ! operand-count ! add takes 2 operands, not 1",
        "ldxb %r1, %r2 ! 11 ! operand ! operand 2 of ldxb is to be a place in memory, such as [%r1+8]",
        "lock nand [%r1+0], %r2 ! 6 ! mnemonic ! there is no atomic operation nand",
        "goto nowhere ! 6 ! unknown-label ! there is no label nowhere in main",
        "goto 1b ! 6 ! unknown-label ! there is no label 1: before this",
        "goto +40000 ! 6 ! range ! a jump by 40000 does not fit the 16-bit offset",
        "r1 = mapp ll ! 6 ! unknown-name ! there is no map, variable or function mapp",
        "r1 = SIZE ! 6 ! unknown-name ! there is no constant SIZE",
        "r1 = 1 / 0 ! 8 ! expression ! this divides by zero",
        "r1 = \"abc ! 6 ! syntax ! the quoted text is not ended on this line",
        "r1 = (5 ! 8 ! syntax ! the line ends too early",
        ".mapp x ! 1 ! directive ! there is no directive .mapp",
        ".map m type=hsah ! 13 ! unknown-name ! hsah is no type that skep knows",
        ".map m type=hash kye=4 ! 22 ! directive ! .map has no attribute kye",
        ".byte 5 ! 1 ! directive ! .byte puts data among instructions",
        "r2 = atomic_fetch_add((u64 *)(r1 + 0), r3) ! 1 ! operand ! the old value of this operation comes back in r3",
        "lock *(u8 *)(r1 + 0) += r2 ! 8 ! type ! an atomic operation is of u32 or u64",
        "r1 = (s64)r2 ! 7 ! type ! a move cannot extend the sign of s64",
      })
  void oneMistake(String line, int column, String rule, String message) {
    List<Diagnostic> errors = errors("r0 = 0\n" + line.strip() + "\nexit\n");
    assertEquals(1, errors.size(), errors::toString);
    Diagnostic error = errors.getFirst();
    Location.Source source = error.location().source();
    assertEquals(message.strip(), error.message());
    assertEquals("assembler/" + rule.strip(), error.rule());
    assertTrue(source != null && source.line() == 2, error::toString);
    assertEquals(column, source == null ? -1 : source.column(), error::toString);
  }

  /** What someone writes who comes from elsewhere, and the way out that is shown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '\0',
      value = {
        "jmp out ! a jump reads: goto LABEL, or ja LABEL",
        "RET ! a function ends with exit; its result is in r0",
        "EXIT ! write exit, in small letters",
        "exit 0 ! exit stands alone; the result is what is in r0",
        "push r1 ! there is no push; store below r10: *(u64 *)(r10 - 8) = r1",
        "ldx r1, [r2+8] ! the size is in the name: ldxb, ldxh, ldxw, ldxdw",
        "ldxw r1, r2+8 ! it reads: ldxw %r1, [%r2+8]",
        "ldxw r1, [r2+8 ! it reads: ldxw %r1, [%r2+8]",
        "mov r0 1 ! it reads: mov %r1, 5, or mov %r1, %r2",
        "add r0, r1, r2 ! it reads: add %r1, 5, or add %r1, %r2",
        "stw [r1+0], r2 ! a register is stored by stxw",
        "stxdw [r1+0], 5 ! a number is stored by stdw",
        "r0 = [r1 + 8] ! a load reads: r1 = *(u32 *)(r2 + 8); brackets are the mnemonics': ldxw r1, [r2+8]",
        "r0 = *(u16)(r1 + 0) ! a load reads: r1 = *(u32 *)(r2 + 8)",
        "r0 = *(int *)(r1 + 0) ! write u32 or s32",
        "r0 = *(__u64 *)(r1 + 0) ! write u64",
        "r0 = r1 == 5 ! only a jump compares: if r1 == 5 goto LABEL",
        "if (r1 > r2) goto +1 ! a conditional jump reads: if r1 == 5 goto LABEL",
        "r0 = 7 ; seven ! a ; separates statements; a comment begins with # or //",
        "r0 = le24 r0 ! byte swaps are le16, le32, le64, be16, be32, be64, bswap16, bswap32, bswap64",
        ".program type=xdp ! it reads: .program NAME type=xdp",
        ".program p type=xpd ! did you mean xdp?",
        ".map m ! .map m type=hash key=4 value=8 entries=1024",
        ".map m type=hash key=u33 value=8 entries=1 ! did you mean u32?",
        ".map m type=hash key=4 value=8 entries=1 flags=no_prealoc ! did you mean no_prealloc?",
        ".map m type=hash key=4 value=8 entries=1 pin=path ! write pin=name",
        ".struct s ! .struct s count=u64 address=u8[16]",
      })
  void theWayOutIsShown(String line, String help) {
    List<Diagnostic> errors = errors("r0 = 0\n" + line.strip() + "\nexit\n");
    assertEquals(1, errors.size(), errors::toString);
    assertEquals(List.of(help.strip()), errors.getFirst().help());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '\0',
      value = {
        "a: r0 = 0|a: exit ! 2 ! there is a label a already in main, in line 1",
        ".map m type=hash key=4 value=8 entries=1|.map m type=hash key=4 value=8 entries=1|exit ! 2 ! there is a map m already, in line 1",
        ".program a type=xdp|exit|.program a type=xdp|exit ! 3 ! there is a function a already, in line 1",
        ".map m type=prog_array key=4 value=4 entries=1 slot0=f|.program g type=xdp|exit ! 1 ! slot 0 of map m holds f, which is no map or program of this file",
        ".map m type=prog_array key=4 value=4 entries=1 slot7=g|.program g type=xdp|exit ! 1 ! map m has room for 1, so there is no slot 7",
        "1: goto 2f|exit ! 1 ! there is no label 2 in main",
        ".rodata|x: .byte 256|.text|exit ! 2 ! 256 does not fit a byte",
        ".rodata|r0 = 0|.text|exit ! 2 ! an instruction stands in data section .rodata",
      })
  void mistakesAcrossLines(String text, int line, String message) {
    List<Diagnostic> errors = errors(text.strip().replace('|', '\n'));
    assertEquals(1, errors.size(), errors::toString);
    assertEquals(message.strip(), errors.getFirst().message());
    Location.Source source = errors.getFirst().location().source();
    assertEquals(line, source == null ? -1 : source.line());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "type=array key=8 value=8 entries=1 ! its key is an index of 4 bytes",
        "type=hash key=4 value=8 ! it has no entries",
        "type=hash value=8 entries=3 ! it has no key size",
        "type=ringbuf key=4 value=4 entries=4096 ! a ring buffer has neither key nor value",
        "type=lpm_trie key=8 value=8 entries=1 ! its type wants flags=no_prealloc",
        "type=task_storage key=4 value=8 entries=1 flags=no_prealloc ! a storage has no entries of its own",
        "type=array_of_maps key=4 value=4 entries=1 ! the shape of its inner maps is not known; name one of them with inner=",
      })
  void mapsThatLinuxWillRefuseGetAWarning(String attributes, String reason) {
    AssemblyResult result =
        Assembler.assemble(".map m " + attributes.strip() + "\nexit\n", "t.s", OPTIONS);
    assertEquals(List.of(), result.errors());
    assertEquals(
        List.of("Linux will refuse map m: " + reason.strip()),
        result.diagnostics().stream().map(Diagnostic::message).toList());
  }

  @Test
  void linesMayEndAndBeginAsEditorsLikeIt() {
    String text = "\ufeffr0 = 0\r\n\tif r0 == 0 goto out\r\n\tR0 = 1\r\nout:\r\n\texit\r\n";
    AssemblyResult result = Assembler.assemble(text, "t.s", OPTIONS);
    assertEquals(List.of(), result.errors());
    assertEquals(
        RoundTripTest.assemble("r0 = 0; if r0 == 0 goto +1; r0 = 1; exit", Syntax.KERNEL),
        java.util.Objects.requireNonNull(result.object()).programs().getFirst().code());
  }

  @Test
  void anObjectIsNoText() {
    Diagnostic error =
        Assembler.assemble("\u007fELF\u0002\u0001", "t.o", OPTIONS).errors().getFirst();
    assertEquals("this is an ELF file, no assembly", error.message());
  }

  @Test
  void allMistakesOfAFileComeInOneRun() {
    List<Diagnostic> errors =
        errors(
            """
            start: r1 = r12
              goto end
              goto start
            end: r2 = @
              call bpf_no_such_thing_at_all
              .map m type=hsh
              r1 = map[m] ll
              exit
            """);
    assertEquals(
        List.of(1, 4, 5, 6),
        errors.stream()
            .map(e -> e.location().source() == null ? 0 : e.location().source().line())
            .toList(),
        errors::toString);
  }

  @Test
  void theCaretStandsUnderThePlace() {
    Diagnostic error = errors("\n\tr1 = r11").getFirst();
    assertEquals(
        """
        t.s:2:7: error: r11 is not a register that a program can use [assembler/register]
            2 |  r1 = r11
              |       ^
          help: registers are r0 to r10 (w0 to w10 for their lower halves); the frame pointer is r10
        """,
        Carets.render(error));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "-", "~", "1+", "a:", "/*", "\"", "\0", ";", "r1=", "if ", "'"})
  void hostileRepetitionEndsSoon(String piece) {
    for (int length : new int[] {19_000 / piece.length(), 2_000_000}) {
      String line = "r1 = " + piece.repeat(length);
      assertTimeoutPreemptively(
          Duration.ofSeconds(10), () -> Assembler.assemble(line, "t.s", OPTIONS));
      assertTimeoutPreemptively(
          Duration.ofSeconds(10), () -> Assembler.assemble(piece.repeat(length), "t.s", OPTIONS));
    }
  }

  /** A few lines must not ask for all the memory there is. */
  @Test
  void dataIsBounded() {
    StringBuilder sections = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      sections.append(".data.a").append(i).append("\n.zero 67108864\n");
    }
    for (String text :
        List.of(
            sections + "exit\n",
            ".map m type=array key=4 value=2000000000 entries=1 data=\"x\"\nexit\n",
            ".map m type=array key=4 value=4294967295 entries=1 data=\"x\"\nexit\n",
            ".data\n.zero 9223372036854775807\n.text\nexit\n",
            ".struct s a=u8[67108864][67108864]\nexit\n")) {
      assertTrue(errors(text).getFirst().rule().equals("assembler/range"), text.substring(0, 20));
    }
    assertEquals(
        "-1 bytes make no sense", errors(".data\n.zero -1\n.text\nexit\n").getFirst().message());
  }

  @Test
  void aFileFullOfErrorsIsGivenUp() {
    AssemblyResult result = Assembler.assemble("zzz\n".repeat(1_000_000), "t.s", OPTIONS);
    assertNull(result.object());
    assertEquals(Problems.MAX + 1, result.errors().size());
    assertEquals("assembler/too-many-errors", result.errors().getLast().rule());
  }

  @Test
  void invalidUtf8IsShownAtItsPlace() {
    byte[] text = {'r', '1', ' ', '=', ' ', (byte) 0xff, '\n'};
    Diagnostic error = Assembler.assemble(text, "t.s", OPTIONS).errors().getFirst();
    assertEquals("character U+FFFD has no meaning here", error.message());
  }

  @Property(tries = 2_000)
  void anyTextEndsInADiagnosticOrAnObject(@ForAll String text) {
    errors(text);
  }

  /** Correct lines with a few characters changed reach further than noise does. */
  @Property(tries = 3_000)
  void anyDamageEndsInADiagnosticOrAnObject(@ForAll long seed) {
    String[] lines = {
      "r1 = *(u32 *)(r2 + 8)",
      "if w3 s> 7 goto +2",
      "lock *(u64 *)(r1 + 0) += r2",
      "r1 = map[name][0] + 4 ll",
      "lock fetch add32 [%r10-8], %r1",
      "ldxw %r1, [%r2+8]",
      ".map m type=hash key=4 value=8 entries=1 data=\"\\x41\"",
      ".loc 1 2 3",
      "call bpf_map_lookup_elem#1",
      "12: (b7) r1 = 0   ; R1=0",
      "   3:\tb7 00 00 00 05 00 00 00\tr0 = 0x5",
      ".rodata; x: .byte 1, 2, 'a'; .asciz \"z\"",
      "r0 = map_val(map_by_fd(1)) + 2 ll",
      "1: goto 1b",
      ".program p type=xdp attach=xdp section=\"xdp\" flags=sleepable",
      ".section xdp; .globl f; .type f,@function; f: exit",
    };
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      StringBuilder line = new StringBuilder(lines[random.nextInt(lines.length)]);
      for (int changes = random.nextInt(4); changes > 0 && !line.isEmpty(); changes--) {
        int at = random.nextInt(line.length());
        switch (random.nextInt(3)) {
          case 0 -> line.deleteCharAt(at);
          case 1 -> line.insert(at, "()[]=+-#;:.,\"'0x9r*&\u00e9".charAt(random.nextInt(20)));
          default -> line.setCharAt(at, line.charAt(random.nextInt(line.length())));
        }
      }
      text.append(line).append('\n');
    }
    errors(text.toString());
  }
}
