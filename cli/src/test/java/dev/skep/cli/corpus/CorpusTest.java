package dev.skep.cli.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {

  /** {@code r0 = 0; exit}, and {@code exit} alone, which reads r0 before it is set. */
  private static final List<String> RECORDS =
      List.of(
          record("good", "b7000000000000009500000000000000", true, "null", "", 2),
          record("no-result", "9500000000000000", false, "\"EACCES\"", "R0 !read_ok", 1));

  @TempDir private Path folder;

  private static String record(
      String id, String insns, boolean accepted, String errno, String message, int processed) {
    return """
    {"id":"%s","name":"p","section":"socket","prog_type":1,"expected_attach_type":0,\
    "license":"GPL","insns":"%s","maps":[],"kfuncs":[],"kernel":{"accepted":%s,"errno":%s,\
    "message":["%s"],"processed":%d},"kernels":{"6.1":{"accepted":null,"stage":"map"}}}\
    """
        .formatted(id, insns, accepted, errno, message, processed);
  }

  private record Result(int code, String out, String err) {}

  private static Result run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Main.run(args, new PrintWriter(out), new PrintWriter(err));
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void countsWhatTheKernelSaid() throws IOException {
    Path corpus = Files.write(folder.resolve("c.jsonl"), RECORDS);
    Result result = run("corpus", corpus.toString(), "--jobs", "2");
    assertEquals(0, result.code(), result.err());
    assertEquals(
        "programs 2, same verdict 2 (100.0%), false accepts 0, false rejects 0, same message 1,"
            + " not modelled 0, crashes 0",
        result.out().lines().toList().getLast());
  }

  @Test
  void programsWithoutAnAnswerOfThatKernelAreLeftOut() throws IOException {
    Path corpus = Files.write(folder.resolve("c.jsonl"), RECORDS);
    Result result = run("corpus", corpus.toString(), "--kernel", "6.1");
    assertTrue(result.out().startsWith("programs 0, same verdict 0 (0.0%)"), result.out());
  }

  /** What was recorded on a kernel is judged for that kernel, by its exact release. */
  @Test
  void theFileSaysWhichKernelItIsOf() throws IOException {
    String record = RECORDS.getFirst().replace("\"kernel\":{", "\"kernel\":{\"release\":\"%s\",");
    Path corpus = Files.writeString(folder.resolve("c.jsonl"), record.formatted("6.12.40"));
    assertTrue(run("corpus", corpus.toString()).out().startsWith("programs 1, same verdict 1"));
    Result shown = run("corpus", corpus.toString(), "--show", "good");
    assertTrue(shown.out().contains("kernel 6.12.40: accepted"), shown.out());
    for (String same : List.of("6.12", "6.12.40")) {
      assertTrue(
          run("corpus", corpus.toString(), "--kernel", same).out().startsWith("programs 1,"), same);
    }
    for (String other : List.of("6.12.41", "6.18")) {
      assertTrue(
          run("corpus", corpus.toString(), "--kernel", other).out().startsWith("programs 0,"),
          other);
    }
    Files.writeString(corpus, record.formatted("9.9.9"));
    Result unknown = run("corpus", corpus.toString());
    assertEquals(2, unknown.code(), unknown.err());
    assertTrue(unknown.err().contains("not known for Linux 9.9.9"), unknown.err());
  }

  @Test
  void aBrokenLineIsNamed() throws IOException {
    Path corpus = Files.write(folder.resolve("c.jsonl"), List.of("{\"id\": "));
    Result result = run("corpus", corpus.toString());
    assertEquals(3, result.code());
    assertTrue(result.err().startsWith("skep: " + corpus + ": not a JSON object"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void unknownIdIsUsage() throws IOException {
    Path corpus = Files.write(folder.resolve("c.jsonl"), RECORDS);
    Result result = run("corpus", corpus.toString(), "--show", "nope");
    assertEquals(2, result.code());
    assertTrue(result.err().contains("no program 'nope'"), result.err());
  }
}
