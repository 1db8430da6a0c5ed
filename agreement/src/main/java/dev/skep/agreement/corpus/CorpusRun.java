package dev.skep.agreement.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.catalog.KernelVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Goes over the lines of a corpus, with a bounded number in flight, in the file's order. */
public final class CorpusRun {

  private final Path corpus;
  private final RecordReader reader;
  private final Judge judge;
  private final Predicate<String> wanted;

  public CorpusRun(Path corpus, RecordReader reader, Judge judge, Predicate<String> wanted) {
    this.corpus = corpus;
    this.reader = reader;
    this.judge = judge;
    this.wanted = wanted;
  }

  /**
   * Judges all wanted programs to which the kernel's answer is recorded.
   *
   * @param progress told after each program
   */
  public List<Judgement> run(int jobs, Consumer<List<Judgement>> progress) throws IOException {
    var done = new ArrayList<Judgement>();
    var waiting = new ArrayDeque<Future<Optional<Judgement>>>();
    try (BufferedReader in = Files.newBufferedReader(corpus);
        var pool = Executors.newFixedThreadPool(jobs)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String text = line;
        if (!text.isBlank()) {
          waiting.add(pool.submit(() -> judge(text)));
        }
        if (waiting.size() >= 4 * jobs) {
          take(waiting.remove(), done, progress);
        }
      }
      while (!waiting.isEmpty()) {
        take(waiting.remove(), done, progress);
      }
    }
    return done;
  }

  private static void take(
      Future<Optional<Judgement>> future,
      List<Judgement> done,
      Consumer<List<Judgement>> progress) {
    try {
      future
          .get()
          .ifPresent(
              judgement -> {
                done.add(judgement);
                progress.accept(done);
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Optional<Judgement> judge(String line) {
    JsonNode json = RecordReader.parse(line);
    if (!wanted.test(json.path("id").asText(""))) {
      return Optional.empty();
    }
    CorpusRecord record = reader.read(json);
    CorpusRecord.Answer answer = record.answer(judge.kernel());
    return answer == null ? Optional.empty() : Optional.of(judge.judge(record, answer));
  }

  /** The kernel that a corpus was recorded on, as its first record says; null if it has none. */
  public static @Nullable KernelVersion recordedOn(Path corpus) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(corpus)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          return RecordReader.recordedOn(RecordReader.parse(line));
        }
      }
    }
    return null;
  }

  /** The record with an id. */
  public Optional<CorpusRecord> find(String id) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(corpus)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.contains(id)) {
          continue;
        }
        JsonNode json = RecordReader.parse(line);
        if (json.path("id").asText("").equals(id)) {
          return Optional.of(reader.read(json));
        }
      }
    }
    return Optional.empty();
  }
}
