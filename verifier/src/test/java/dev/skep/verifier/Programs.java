package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.AssemblyResult;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.reason.Refusal;
import java.util.List;
import java.util.Objects;

/** Programs for tests, from assembly text. */
final class Programs {

  private Programs() {}

  /** The one program of a text in the kernel's syntax. */
  static ProgramSpec assemble(String text) {
    AssemblyResult result = Assembler.assemble(text, "test.s", AssemblyOptions.defaults());
    assertEquals(List.of(), result.errors());
    return Objects.requireNonNull(result.object()).programs().getFirst();
  }

  /** Why Linux 6.18 refuses a program. */
  static Refusal refusal(ProgramSpec program) {
    Verdict verdict = Verifier.verify(program, Profile.DEFAULT, 0);
    return assertInstanceOf(Verdict.Rejected.class, verdict, verdict::log).refusal();
  }
}
