package dev.skep.agreement.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

  @Test
  void tallyAddsUp() {
    var judgements =
        List.of(
            judgement(Judgement.Agreement.SAME, true),
            judgement(Judgement.Agreement.SAME, false),
            judgement(Judgement.Agreement.FALSE_ACCEPT, false),
            judgement(Judgement.Agreement.FALSE_REJECT, false),
            judgement(Judgement.Agreement.NOT_MODELLED, false),
            judgement(Judgement.Agreement.CRASH, false),
            judgement(Judgement.Agreement.CRASH, false));
    assertEquals(
        "programs 7, same verdict 2 (28.6%), false accepts 1, false rejects 1, same message 1,"
            + " not modelled 1, crashes 2",
        Tally.of(judgements).line());
  }

  private static Judgement judgement(Judgement.Agreement agreement, boolean sameMessage) {
    return new Judgement("id", agreement, sameMessage, "", "", 1, 1, 1, null, false);
  }
}
