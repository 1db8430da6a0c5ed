package dev.skep.report;

import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.verifier.Verdict;
import java.util.List;

/**
 * A rule about programs that a kernel accepts: what loads, and still should be looked at. What only
 * the verifier's walk knows, it leaves in {@link Verdict.Accepted#findings()} itself.
 */
@FunctionalInterface
public interface Rule {

  /**
   * Looks at a program.
   *
   * @param kernel what it was judged for
   * @return what there is to say; empty if nothing. A {@link Diagnostic.Severity#NOTE} does not
   *     make a build fail
   */
  List<Diagnostic> check(ProgramSpec program, Profile kernel, Verdict.Accepted verdict);
}
