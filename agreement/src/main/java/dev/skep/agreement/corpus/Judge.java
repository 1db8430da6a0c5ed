package dev.skep.agreement.corpus;

import dev.skep.agreement.log.LogDiff;
import dev.skep.catalog.KernelVersion;
import dev.skep.object.Profile;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Judges recorded programs. Whatever the verifier does, a judgement comes of it: its failures are
 * counted, and one that does not end is given up after the time limit.
 *
 * @param kernel whose recorded answer counts: a series, or one point release of it
 * @param profile what our verifier judges for, apart from the release
 * @param archive holds the recorded logs
 * @param compareLogs whether to compare logs at level 2
 * @param seconds time limit of one program
 */
public record Judge(
    KernelVersion kernel,
    Profile profile,
    CorpusArchive archive,
    boolean compareLogs,
    int seconds) {

  /** The recorded logs are of level 2, with the statistics of level 4. */
  public static final int RECORDED_LEVEL = 2 | 4;

  /** Our verdict on a program, or why there is none. */
  public sealed interface Attempt {
    record Judged(Verdict verdict, long nanos) implements Attempt {}

    record Failed(String reason, @Nullable Throwable cause) implements Attempt {}
  }

  /** Lets our verifier judge a program for a kernel. */
  public Attempt attempt(CorpusRecord record, KernelVersion release, int logLevel) {
    long start = System.nanoTime();
    Profile exact = profile.withVersion(release);
    var task = new FutureTask<>(() -> Verifier.verify(record.program(), exact, logLevel));
    // A daemon thread of its own: one that does not end cannot be stopped, only left behind.
    Thread.ofPlatform().daemon().name("judge " + record.id()).start(task);
    try {
      Verdict verdict = task.get(seconds, TimeUnit.SECONDS);
      return new Attempt.Judged(verdict, System.nanoTime() - start);
    } catch (TimeoutException e) {
      task.cancel(true);
      return new Attempt.Failed("did not end within " + seconds + " s", null);
    } catch (ExecutionException e) {
      return new Attempt.Failed(describe(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Attempt.Failed("was interrupted", null);
    }
  }

  private static String describe(@Nullable Throwable failure) {
    if (failure == null) {
      return "failed";
    }
    StackTraceElement[] stack = failure.getStackTrace();
    String place = stack.length == 0 ? "" : " at " + stack[0];
    return failure + place;
  }

  /** Our answer beside the kernel's. */
  public Judgement judge(CorpusRecord record, CorpusRecord.Answer answer) {
    boolean logs = compareLogs && record.logEntry() != null && archive.contains(record.logEntry());
    String kernelSays = answer.accepted() ? "accepted" : answer.errno() + ": " + answer.message();
    return switch (attempt(record, answer.kernel(), logs ? RECORDED_LEVEL : 0)) {
      case Attempt.Failed failed ->
          new Judgement(
              record.id(),
              Judgement.Agreement.CRASH,
              false,
              failed.reason(),
              kernelSays,
              0,
              answer.processed(),
              0,
              null,
              false);
      case Attempt.Judged judged -> {
        Verdict verdict = judged.verdict();
        yield new Judgement(
            record.id(),
            agreement(verdict, answer),
            verdict instanceof Verdict.Rejected rejected
                && !answer.accepted()
                && rejected.message().strip().equals(answer.message()),
            inWords(verdict),
            kernelSays,
            verdict.statistics().processed(),
            answer.processed(),
            judged.nanos(),
            logs ? difference(record, verdict) : null,
            logs);
      }
    };
  }

  private static Judgement.Agreement agreement(Verdict verdict, CorpusRecord.Answer answer) {
    return switch (verdict) {
      case Verdict.Accepted _ ->
          answer.accepted() ? Judgement.Agreement.SAME : Judgement.Agreement.FALSE_ACCEPT;
      case Verdict.Rejected _ ->
          answer.accepted() ? Judgement.Agreement.FALSE_REJECT : Judgement.Agreement.SAME;
      case Verdict.NotModelled _ -> Judgement.Agreement.NOT_MODELLED;
    };
  }

  public static String inWords(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted _ -> "accepted";
      case Verdict.Rejected rejected -> rejected.errno() + ": " + rejected.message();
      case Verdict.NotModelled unknown -> "not modelled: " + unknown.what();
    };
  }

  private LogDiff.@Nullable Difference difference(CorpusRecord record, Verdict verdict) {
    String recorded = archive.text(String.valueOf(record.logEntry()));
    boolean lines = !record.program().lines().isEmpty() && LogDiff.hasSourceLines(recorded);
    List<String> left = LogDiff.normalise(recorded, lines);
    List<String> right = LogDiff.normalise(verdict.log(), lines);
    if (!LogDiff.hasMapNames(recorded)) {
      right = LogDiff.withoutMapNames(right);
    }
    if (LogDiff.isTail(left, right)) {
      // The first line may have lost its beginning.
      right = right.subList(right.size() - left.size() + 1, right.size());
      left = left.subList(1, left.size());
    }
    return LogDiff.first(left, right);
  }
}
