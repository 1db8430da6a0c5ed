package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.isa.RawInstruction;
import dev.skep.object.BpfObject;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is disassembled assembles to the same code, in both syntaxes. */
class RoundTripTest {

  private static final HelperNames HELPERS = TestHelpers.INSTANCE;

  @Property(tries = 300)
  void assemblingADisassemblyGivesTheCodeBack(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int length) {
    Code code = generate(seed, length);
    for (Syntax syntax : List.of(Syntax.KERNEL, Syntax.MNEMONIC)) {
      DisassemblyOptions options = DisassemblyOptions.defaults(HELPERS).withSyntax(syntax);
      check(code, Disassembler.disassemble(code, options), syntax);
      check(code, Disassembler.disassemble(code, options), Syntax.AUTO);
      check(
          code,
          Disassembler.disassemble(
              code, new DisassemblyOptions(syntax, true, false, false, HELPERS)),
          Syntax.AUTO);
    }
  }

  /** 1,000 programs of 1,000 instructions, half of them in each syntax. */
  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void aMillionInstructionsComeBack(@ForAll long seed) {
    Code code = generate(seed, 1_000);
    Syntax syntax = (seed & 1) == 0 ? Syntax.KERNEL : Syntax.MNEMONIC;
    DisassemblyOptions options = DisassemblyOptions.defaults(HELPERS).withSyntax(syntax);
    check(code, Disassembler.disassemble(code, options), syntax);
  }

  @Test
  void aVerifierLogAssembles() {
    Code code =
        assemble(
            """
            w0 = 0
            r2 = -1
            if w1 s> -5 goto +2
            r3 = *(s16 *)(r10 - 8)
            r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)
            r2 = 0xffffffff12345678 ll
            call bpf_map_lookup_elem
            store_release((u8 *)(r10 - 1), r3)
            exit
            """,
            Syntax.KERNEL);
    StringBuilder log = new StringBuilder("func#0 @0\nLive regs before insn:\n");
    for (int pc = 0; pc < code.size(); pc++) {
      if (pc > 0 && code.at(pc - 1).isWide()) {
        continue;
      }
      log.append("%3d: .1........ %s\n".formatted(pc, listing(code, pc)));
    }
    log.append("0: R1=ctx() R10=fp0\n; int x = 5; @ a.c:3\n");
    log.append("8: %s      ; R0=scalar()\n".formatted(listing(code, 8)));
    log.append("from 2 to 5: R0=0 R10=fp0\n5: %s ; R0=1\n".formatted(listing(code, 5)));
    log.append("R0 invalid mem access 'scalar'\n");
    log.append("processed 9 insns (limit 1000000) max_states_per_insn 0\n");
    assertEquals(code, assemble(log.toString(), Syntax.AUTO));
  }

  private static String listing(Code code, int pc) {
    return Listing.text(
        code,
        pc,
        new Names() {
          @Override
          public String helper(int id) {
            return "bpf_map_lookup_elem";
          }
        });
  }

  static Code generate(long seed, int length) {
    InstructionGenerator generator = new InstructionGenerator(seed);
    List<RawInstruction> slots = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Instruction instruction = generator.any();
      slots.addAll(Encoder.encode(instruction));
    }
    return Code.of(slots.toArray(RawInstruction[]::new));
  }

  static Code assemble(String text, Syntax syntax) {
    AssemblyResult result =
        Assembler.assemble(text, "test.s", AssemblyOptions.defaults(HELPERS).withSyntax(syntax));
    BpfObject object = result.object();
    assertNotNull(
        object, () -> result.diagnostics().stream().map(Carets::render).toList().toString());
    return object.programs().getFirst().code();
  }

  private static void check(Code code, String text, Syntax syntax) {
    Code back = assemble(text, syntax);
    if (!back.equals(code)) {
      for (int pc = 0; pc < Math.min(code.size(), back.size()); pc++) {
        assertEquals(code.at(pc), back.at(pc), "slot " + pc + " of\n" + text);
      }
      assertEquals(code.size(), back.size(), text);
    }
  }
}
