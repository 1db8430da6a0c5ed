package dev.skep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.catalog.KernelVersion;
import dev.skep.object.Profile;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.report.format.JsonFormat;
import dev.skep.report.format.ReportFormat;
import dev.skep.report.format.SarifFormat;
import dev.skep.report.format.TextFormat;
import dev.skep.verifier.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library as a build's plugin would use it. */
class LintTest {

  private static final Profile OLD = Profile.DEFAULT.withVersion(new KernelVersion(6, 1));
  private static final Path GOOD = Path.of("../examples/xdp_firewall.bpf.o");
  private static final Path BROKEN = Path.of("../examples/broken/missing_bounds_check.bpf.o");

  private static final Rule NO_SOCKETS =
      (program, _, _) ->
          List.of(
              new Diagnostic(
                  "house/every-program",
                  Diagnostic.Severity.WARNING,
                  Location.inProgram(null, program.name(), 0, null),
                  "programs are not welcome",
                  List.of(),
                  List.of("write none")));

  @TempDir private Path folder;

  private static String print(ReportFormat format, Report report) {
    var text = new StringWriter();
    var out = new PrintWriter(text);
    report.files().forEach(file -> format.file(file, out));
    format.end(report, out);
    out.flush();
    return text.toString();
  }

  @Test
  void theReportIsValues() {
    Report report = Lint.of(GOOD, BROKEN).kernels(Profile.DEFAULT, OLD).run();
    assertEquals(2, report.files().size());
    for (FileReport file : report.files()) {
      assertEquals(
          List.of(Profile.DEFAULT.version(), OLD.version()),
          file.answers().stream().map(FileReport.Answer::kernel).toList());
    }
    FileReport.Answer broken = report.files().get(1).answers().getFirst();
    ProgramReport program = broken.programs().findFirst().orElseThrow();
    var rejected = assertInstanceOf(Verdict.Rejected.class, program.verdict());
    assertEquals(List.of(rejected.diagnostic()), program.findings());
    assertFalse(report.clean());
    assertTrue(Lint.of(GOOD).run().clean());
  }

  /** The same instruction, an atomic of 6.18: whichever kernel, its own verdict. */
  @Test
  void eachKernelHasItsOwnVerdict() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("acquire.s"),
            """
            .program p type=xdp section=xdp
              *(u64 *)(r10 - 8) = 1
              r0 = load_acquire((u64 *)(r10 - 8))
              exit
            """);
    Report report = Lint.of(file).kernels(Profile.DEFAULT, OLD).run();
    List<FileReport.Answer> answers = report.files().getFirst().answers();
    assertInstanceOf(
        Verdict.Accepted.class, answers.get(0).programs().findFirst().orElseThrow().verdict());
    assertInstanceOf(
        Verdict.Rejected.class, answers.get(1).programs().findFirst().orElseThrow().verdict());
  }

  @Test
  void aBadFileHidesNoOther() throws IOException {
    Path text = Files.writeString(folder.resolve("text.o"), "no object");
    Path missing = folder.resolve("missing.o");
    var told = new ArrayList<Path>();
    Report report = Lint.of(missing, GOOD, text, BROKEN).run(file -> told.add(file.file()));
    assertEquals(List.of(missing, GOOD, text, BROKEN), told);
    assertEquals(2, report.problems().count());
    assertTrue(report.problems().allMatch(p -> p.kind() == Problem.Kind.UNREADABLE));
    assertTrue(report.problems().anyMatch(p -> p.message().equals(missing + ": no such file")));
    assertEquals(1, report.findings().count());
    assertNull(report.files().get(1).answers().getFirst().problem());
  }

  @Test
  void aNameThatIsNotThere() {
    Report report = Lint.of(GOOD).only("nope").run();
    Problem problem = report.problems().findFirst().orElseThrow();
    assertEquals(Problem.Kind.NO_SUCH_PROGRAM, problem.kind());
    assertEquals(GOOD + " has no program 'nope'; it has: xdp_firewall", problem.message());
    assertNotNull(Lint.of(GOOD).only("xdp_firewall").run().programs().findFirst().orElseThrow());
  }

  /** What a rule says about a program that loads is in every format, and makes it unclean. */
  @Test
  void aRuleOnAnAcceptedProgram() throws IOException {
    Report report = Lint.of(GOOD).with(NO_SOCKETS).run();
    ProgramReport program = report.programs().findFirst().orElseThrow();
    assertInstanceOf(Verdict.Accepted.class, program.verdict());
    assertEquals("house/every-program", program.findings().getFirst().rule());
    assertFalse(report.clean());

    String text = print(new TextFormat(false), report);
    assertTrue(text.contains("accepted by 6.18"), text);
    assertTrue(text.contains("warning[house/every-program]: programs are not welcome"), text);

    JsonNode json = new ObjectMapper().readTree(print(new JsonFormat(), report));
    JsonNode judged = json.path("programs").path(0);
    assertEquals("accepted", judged.path("verdict").asText());
    assertEquals("house/every-program", judged.path("findings").path(0).path("rule").asText());

    JsonNode run =
        new ObjectMapper().readTree(print(new SarifFormat(), report)).path("runs").path(0);
    assertEquals("house/every-program", run.path("results").path(0).path("ruleId").asText());
    assertEquals("warning", run.path("results").path(0).path("level").asText());
  }

  @Test
  void aNoteIsPrintedOnRequestAndFailsNothing() {
    Rule note =
        (program, _, _) ->
            List.of(
                new Diagnostic(
                    "house/by-the-way",
                    Diagnostic.Severity.NOTE,
                    Location.inProgram(null, program.name(), 0, null),
                    "nice program",
                    List.of(),
                    List.of()));
    Report report = Lint.of(GOOD).with(note).run();
    assertTrue(report.clean());
    assertFalse(print(new TextFormat(false), report).contains("nice program"));
    assertTrue(print(new TextFormat(true), report).contains("note[house/by-the-way]"));
  }

  /** For a kernel that is not known, those around it answer, each for itself. */
  @Test
  void aKernelThatIsNotKnown() throws IOException {
    Report report = Lint.of(BROKEN).kernels(OLD.withVersion(new KernelVersion(6, 6))).run();
    ProgramReport program = report.programs().findFirst().orElseThrow();
    assertInstanceOf(Verdict.NotModelled.class, program.verdict());
    Neighbours around = Objects.requireNonNull(program.neighbours());
    assertEquals(2, around.answers().size());
    assertEquals(List.of(new KernelVersion(6, 6)), report.kernels());
    JsonNode json = new ObjectMapper().readTree(print(new JsonFormat(), report));
    JsonNode judged = json.path("programs").path(0);
    assertEquals("not checked", judged.path("verdict").asText());
    assertEquals("rejected", judged.path("neighbours").path(1).path("verdict").asText());
  }

  /** For several kernels: text says for which, JSON is a list, SARIF has a run for each. */
  @Test
  void formatsOfSeveralKernels() throws IOException {
    Report report = Lint.of(BROKEN).kernels(Profile.DEFAULT, OLD).run();
    String text = print(new TextFormat(false), report);
    assertTrue(text.contains("rejected by " + Profile.DEFAULT.version()), text);
    assertTrue(text.contains("rejected by " + OLD.version()), text);

    JsonNode json = new ObjectMapper().readTree(print(new JsonFormat(), report));
    assertEquals(2, json.size());
    assertEquals(OLD.version().toString(), json.path(1).path("kernel").asText());

    JsonNode runs = new ObjectMapper().readTree(print(new SarifFormat(), report)).path("runs");
    assertEquals(2, runs.size());
    assertEquals(
        "linux/" + OLD.version() + "/", runs.path(1).path("automationDetails").path("id").asText());
    assertEquals(1, runs.path(1).path("results").size());
  }
}
