package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.CatalogNames;
import dev.skep.btf.BtfReader;
import dev.skep.catalog.KernelVersion;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import dev.skep.test.Needs;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The examples: our verdicts against the recorded answers of Linux 6.18, and against the kernel.
 */
class ExampleAnswersTest {

  record Answer(
      String object,
      String program,
      boolean accepted,
      String errno,
      String message,
      int processed) {

    BpfObject read() throws IOException {
      var options =
          ReadOptions.forKernel(KernelVersion.NEWEST, BtfReader.runningKernel().orElse(null));
      if (object.endsWith(".s")) {
        byte[] text = Files.readAllBytes(Cli.examples().resolve(object));
        var assembled =
            Assembler.assemble(text, object, AssemblyOptions.defaults(CatalogNames.INSTANCE));
        return Objects.requireNonNull(assembled.object(), assembled.diagnostics()::toString);
      }
      return ObjectReader.read(Cli.examples().resolve(object), options).orElseThrow();
    }

    ProgramSpec program(BpfObject read) {
      return read.program(program).orElseThrow();
    }

    boolean needsKernelTypes() {
      return object.equals("task_switch.bpf.o");
    }

    @Override
    public String toString() {
      return object + " " + program;
    }
  }

  private static List<Answer> answers() throws IOException {
    JsonNode file = new ObjectMapper().readTree(Cli.examples().resolve("answers.json").toFile());
    assertEquals(KernelVersion.NEWEST, KernelVersion.parse(file.path("kernel").asText()).series());
    var answers = new ArrayList<Answer>();
    for (JsonNode a : file.path("answers")) {
      answers.add(
          new Answer(
              a.path("object").asText(),
              a.path("program").asText(),
              a.path("accepted").asBoolean(),
              a.path("errno").asText(""),
              a.path("message").asText(),
              a.path("processed").asInt()));
    }
    return answers;
  }

  @Test
  void everyObjectIsRecorded() throws IOException {
    var objects = new TreeSet<String>();
    try (Stream<java.nio.file.Path> files = Files.walk(Cli.examples(), 2)) {
      files
          .filter(f -> !f.startsWith(Cli.examples().resolve("java"))) // has tests of its own
          .filter(f -> f.toString().endsWith(".bpf.o") || f.toString().endsWith(".s"))
          .forEach(f -> objects.add(Cli.examples().relativize(f).toString()));
    }
    assertFalse(objects.isEmpty());
    var recorded = new TreeSet<String>();
    answers().forEach(a -> recorded.add(a.object()));
    assertEquals(objects, recorded);
  }

  @TestFactory
  Stream<DynamicTest> ourVerdictIsTheRecordedOne() throws IOException {
    return answers().stream().map(a -> dynamicTest(a.toString(), () -> judge(a)));
  }

  private static void judge(Answer answer) throws IOException {
    if (answer.needsKernelTypes() && BtfReader.runningKernel().isEmpty()) {
      Needs.met("no kernel types: /sys/kernel/btf/vmlinux is not readable");
    }
    ProgramSpec program = answer.program(answer.read());
    var profile =
        new Profile(KernelVersion.NEWEST, BtfReader.runningKernel().orElse(null), 2, true);
    switch (Verifier.verify(program, profile, 0)) {
      case Verdict.Accepted _ -> assertEquals(answer.accepted(), true, "accepted");
      case Verdict.Rejected rejected -> {
        assertEquals(answer.accepted(), false, rejected.message());
        assertEquals(answer.message(), rejected.message().strip());
        assertEquals(answer.errno(), rejected.errno());
      }
      case Verdict.NotModelled unknown ->
          assertEquals(answer.accepted() ? "accepted" : answer.message(), unknown.what());
    }
  }

  @TestFactory
  Stream<DynamicTest> theKernelStillSaysSo() throws IOException {
    return answers().stream().map(a -> dynamicTest(a.toString(), () -> askKernel(a)));
  }

  private static void askKernel(Answer answer) throws IOException {
    try (Kernel kernel = RunningKernel.open()) {
      if (!kernel.version().series().equals(KernelVersion.NEWEST)) {
        Needs.met("answers are recorded for 6.18, this is " + kernel.release());
      }
      BpfObject object = answer.read();
      try (KernelObject session = kernel.object(object)) {
        LoadResult result = session.load(answer.program(object), LoadOptions.DEFAULT.unchecked());
        switch (result) {
          case LoadResult.Loaded _ -> assertEquals(answer.accepted(), true);
          case LoadResult.Refused refused -> {
            assertEquals(answer.accepted(), false, refused.log());
            assertEquals(answer.errno(), refused.errnoName());
          }
        }
      }
    }
  }
}
