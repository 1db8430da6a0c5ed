package dev.skep.agreement.corpus;

import dev.skep.object.ProgramSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recorded program: one line of a corpus.
 *
 * @param id names it in the corpus
 * @param program as it was submitted
 * @param answers what each kernel said, by its version ({@code 6.18})
 * @param logEntry where the archive holds the newest kernel's log at level 2, or null
 */
public record CorpusRecord(
    String id, ProgramSpec program, Map<String, Answer> answers, @Nullable String logEntry) {

  public CorpusRecord {
    answers = Map.copyOf(answers);
  }

  /**
   * A kernel's answer.
   *
   * @param accepted its verdict
   * @param errno the error's name, null if accepted
   * @param message the last line of its log before the statistics; empty if there is none
   * @param processed instructions processed, -1 if not recorded
   */
  public record Answer(boolean accepted, @Nullable String errno, String message, int processed) {}
}
