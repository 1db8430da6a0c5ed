package dev.skep.agreement.corpus;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.ProgramSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recorded program: one line of a corpus.
 *
 * @param id names it in the corpus
 * @param program as it was submitted
 * @param answers what each kernel said, by its series
 * @param logEntry where the archive holds the log at level 2 of the kernel that the file was
 *     recorded on, or null
 */
public record CorpusRecord(
    String id, ProgramSpec program, Map<KernelVersion, Answer> answers, @Nullable String logEntry) {

  public CorpusRecord {
    answers = Map.copyOf(answers);
  }

  /**
   * A kernel's answer.
   *
   * @param kernel the kernel, by its exact release where that is recorded
   * @param accepted its verdict
   * @param errno the error's name, null if accepted
   * @param message the last line of its log before the statistics; empty if there is none
   * @param processed instructions processed, -1 if not recorded
   */
  public record Answer(
      KernelVersion kernel,
      boolean accepted,
      @Nullable String errno,
      String message,
      int processed) {}

  /**
   * What a kernel said; null if that is not recorded.
   *
   * @param asked a series stands for whichever of its point releases was recorded
   */
  public @Nullable Answer answer(KernelVersion asked) {
    Answer answer = answers.get(asked.series());
    boolean same = answer != null && (asked.point().isEmpty() || answer.kernel().equals(asked));
    return same ? answer : null;
  }
}
