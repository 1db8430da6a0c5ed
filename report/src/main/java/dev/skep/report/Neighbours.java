package dev.skep.report;

import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Releases;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.verifier.Statistics;
import dev.skep.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What the known kernels around one that is not known say to a program. It is never that kernel's
 * verdict.
 *
 * @param asked the kernel that is not known
 * @param answers those of its neighbours, older first; at least one
 */
public record Neighbours(KernelVersion asked, List<Answer> answers) {

  /** A known kernel's answer. */
  public record Answer(KernelVersion kernel, Verdict verdict) {

    String inWord() {
      return switch (verdict) {
        case Verdict.Accepted _ -> "accepted";
        case Verdict.Rejected _ -> "rejected";
        case Verdict.NotModelled _ -> "not modelled";
      };
    }
  }

  public Neighbours {
    answers = List.copyOf(answers);
  }

  /** {@code accepted by 6.1.176 and 6.12.117, not checked on 6.6}; or what differs. */
  public String inWords() {
    var parts = new ArrayList<String>();
    for (String word : List.of("accepted", "rejected", "not modelled")) {
      List<KernelVersion> by =
          answers.stream().filter(a -> a.inWord().equals(word)).map(Answer::kernel).toList();
      if (!by.isEmpty()) {
        parts.add(word + (word.startsWith("not") ? " for " : " by ") + Releases.inWords(by));
      }
    }
    return String.join(", ", parts) + ", not checked on " + asked;
  }

  /** The same as a verdict: there is none. */
  Verdict.NotModelled verdict(ProgramSpec program) {
    Diagnostic diagnostic =
        Diagnostic.warning(
            "verifier/unknown-kernel",
            Location.inProgram(null, program.name(), -1, null),
            inWords());
    for (Answer answer : answers) {
      switch (answer.verdict()) {
        case Verdict.Accepted _ -> {}
        case Verdict.Rejected rejected ->
            diagnostic =
                diagnostic.withNote(
                    answer.kernel() + ": " + rejected.errno() + ": " + rejected.message());
        case Verdict.NotModelled unknown ->
            diagnostic = diagnostic.withNote(answer.kernel() + ": not modelled: " + unknown.what());
      }
    }
    return new Verdict.NotModelled(
        "", Statistics.NONE, "Linux " + asked, -1, diagnostic.withHelp(Releases.whyNot(asked)));
  }
}
