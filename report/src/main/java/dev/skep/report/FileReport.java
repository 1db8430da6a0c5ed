package dev.skep.report;

import dev.skep.catalog.KernelVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the kernels say to a file.
 *
 * @param file as it was named
 * @param answers one for each kernel, in the order of {@link Report#kernels()}
 */
public record FileReport(Path file, List<Answer> answers) {

  public FileReport {
    answers = List.copyOf(answers);
  }

  /**
   * What one kernel says. The objects are read for it: what CO-RE makes of them, and what is to be
   * warned of, may differ between kernels.
   *
   * @param kernel the one that was asked about, by its point release if that is known
   * @param objects one, or those that an executable has inside
   * @param problem why no program was judged; null if one was
   */
  public record Answer(
      KernelVersion kernel, List<ObjectReport> objects, @Nullable Problem problem) {

    public Answer {
      objects = List.copyOf(objects);
    }

    /** The programs of all objects. */
    public Stream<ProgramReport> programs() {
      return objects.stream().flatMap(object -> object.programs().stream());
    }
  }
}
