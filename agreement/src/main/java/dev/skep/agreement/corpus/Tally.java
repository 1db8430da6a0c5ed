package dev.skep.agreement.corpus;

import java.util.Collection;
import java.util.Locale;

/** Counts of a corpus run. */
public record Tally(
    int programs,
    int same,
    int falseAccepts,
    int falseRejects,
    int sameMessage,
    int notModelled,
    int crashes,
    int sameLog,
    int logsCompared) {

  public static Tally of(Collection<Judgement> judgements) {
    var byAgreement = new int[Judgement.Agreement.values().length];
    int message = 0;
    int log = 0;
    int compared = 0;
    for (Judgement judgement : judgements) {
      byAgreement[judgement.agreement().ordinal()]++;
      message += judgement.sameMessage() ? 1 : 0;
      log += judgement.sameLog() ? 1 : 0;
      compared += judgement.logCompared() ? 1 : 0;
    }
    return new Tally(
        judgements.size(),
        byAgreement[Judgement.Agreement.SAME.ordinal()],
        byAgreement[Judgement.Agreement.FALSE_ACCEPT.ordinal()],
        byAgreement[Judgement.Agreement.FALSE_REJECT.ordinal()],
        message,
        byAgreement[Judgement.Agreement.NOT_MODELLED.ordinal()],
        byAgreement[Judgement.Agreement.CRASH.ordinal()],
        log,
        compared);
  }

  /** The last line of {@code skep corpus}: scripts read it. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "programs %d, same verdict %d (%.1f%%), false accepts %d, false rejects %d,"
            + " same message %d, not modelled %d, crashes %d",
        programs,
        same,
        programs == 0 ? 0.0 : 100.0 * same / programs,
        falseAccepts,
        falseRejects,
        sameMessage,
        notModelled,
        crashes);
  }
}
