package dev.skep.agreement.corpus;

import dev.skep.agreement.log.LogPrinter;
import dev.skep.verifier.Verdict;
import java.io.PrintWriter;

/** Prints one recorded program: both answers, and both logs up to and around their parting. */
public final class RecordPrinter {

  private RecordPrinter() {}

  public static void print(
      CorpusRecord record, Judge judge, CorpusArchive archive, PrintWriter out) {
    CorpusRecord.Answer answer = record.answer(judge.kernel());
    out.printf(
        "%s: %s, %d slots, section %s%n",
        record.id(),
        record.program().type().uapiName(),
        record.program().code().size(),
        record.program().section());
    if (answer == null) {
      out.printf("kernel %s: no answer recorded%n", judge.kernel());
    } else {
      out.printf(
          "kernel %s: %s, processed %d%n",
          answer.kernel(),
          answer.accepted() ? "accepted" : answer.errno() + ": " + answer.message(),
          answer.processed());
    }
    String log =
        switch (judge.attempt(
            record, answer == null ? judge.kernel() : answer.kernel(), Judge.RECORDED_LEVEL)) {
          case Judge.Attempt.Failed failed -> {
            out.printf("skep: crash: %s%n", failed.reason());
            if (failed.cause() != null) {
              failed.cause().printStackTrace(out);
            }
            yield "";
          }
          case Judge.Attempt.Judged judged -> {
            Verdict verdict = judged.verdict();
            out.printf(
                "skep: %s, processed %d, %d ms%n",
                Judge.inWords(verdict),
                verdict.statistics().processed(),
                judged.nanos() / 1_000_000);
            yield verdict.log();
          }
        };
    String entry = record.logEntry();
    if (entry == null || !archive.contains(entry)) {
      out.println("no log is recorded; skep's:");
      out.print(log);
      return;
    }
    LogPrinter.sideBySide(archive.text(entry), log, !record.program().lines().isEmpty(), out);
  }
}
