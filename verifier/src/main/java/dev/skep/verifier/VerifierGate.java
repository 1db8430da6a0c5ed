package dev.skep.verifier;

import dev.skep.catalog.Errno;
import dev.skep.object.Gate;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;

/**
 * The verifier as a {@link Gate}: who has it on the class path submits verified programs only,
 * unless they say otherwise. Found by {@link java.util.ServiceLoader}.
 */
public final class VerifierGate implements Gate {

  /** For the service loader. */
  public VerifierGate() {}

  @Override
  public String name() {
    return "skep's verifier";
  }

  @Override
  public Answer judge(ProgramSpec program, Profile kernel, int logLevel) {
    if (Verifier.verify(program, kernel, 0) instanceof Verdict.Accepted) {
      return new Passed();
    }
    // As with the kernel: again, for the log.
    return switch (Verifier.verify(program, kernel, Math.max(1, logLevel))) {
      case Verdict.Accepted _ -> new Passed();
      case Verdict.Rejected rejected ->
          new Rejected(
              Errno.named(rejected.errno()),
              rejected.message(),
              rejected.log(),
              rejected.diagnostic());
      case Verdict.NotModelled unknown ->
          new NotJudged(unknown.what(), unknown.log(), unknown.diagnostic());
    };
  }
}
