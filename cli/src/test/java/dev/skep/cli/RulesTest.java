package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.agreement.log.LogDiff;
import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Releases;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelObject;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of rules in {@code resources/rules}: a program a row, with what Linux 6.18 says to it;
 * asked of our verifier, and of the running kernel.
 */
class RulesTest {

  private interface Judge {
    void judge(BpfObject object, ProgramSpec program, String says) throws IOException;
  }

  @TestFactory
  Stream<DynamicContainer> weSaySo() throws IOException {
    @Nullable Btf types = is618() ? BtfReader.runningKernel().orElse(null) : null;
    var profile = new Profile(KernelVersion.NEWEST, types, 2, true);
    return rows(types, (object, program, says) -> judge(program, profile, says));
  }

  @TestFactory
  Stream<DynamicContainer> theKernelSaysSoToo() throws IOException {
    @Nullable Btf types = is618() ? BtfReader.runningKernel().orElse(null) : null;
    return rows(types, RulesTest::askKernel);
  }

  @Test
  void typesThatLinuxRefuses() throws Exception {
    Path file =
        Path.of(
            Objects.requireNonNull(getClass().getResource("/refused/two_owners.bpf.o")).toURI());
    BpfObject object =
        ObjectReader.read(file, ReadOptions.forKernel(KernelVersion.NEWEST, null)).orElseThrow();
    ProgramSpec program = object.programs().getFirst();
    assertEquals(
        "not modelled: types that Linux refuses: struct item is a node of lists and of trees, and"
            + " has no bpf_refcount",
        answer(Verifier.verify(program, Profile.DEFAULT, 0)));
    try (Kernel kernel = RunningKernel.open();
        KernelObject session = kernel.object(object)) {
      assertFalse(KernelAnswer.of(session, program, 2).accepted());
    }
  }

  private static Stream<DynamicContainer> rows(@Nullable Btf types, Judge judge)
      throws IOException {
    var options = ReadOptions.forKernel(KernelVersion.NEWEST, types);
    var files = new ArrayList<DynamicContainer>();
    for (RuleFile file : RuleFile.all()) {
      var tests = new ArrayList<DynamicTest>();
      if (file.needsKernelTypes() && types == null) {
        tests.add(dynamicTest("all", () -> Needs.met("no types of a Linux 6.18")));
      } else {
        BpfObject object = file.read(options);
        Map<String, String> says = file.says(object);
        for (ProgramSpec program : object.programs()) {
          String expected = says.getOrDefault(program.name(), "(no row)");
          tests.add(dynamicTest(program.name(), () -> judge.judge(object, program, expected)));
        }
      }
      files.add(dynamicContainer(file.name(), tests));
    }
    return files.stream();
  }

  private static void judge(ProgramSpec program, Profile profile, String says) {
    assertEquals(says, answer(Verifier.verify(program, profile, 0)));
  }

  private static void askKernel(BpfObject object, ProgramSpec program, String says) {
    try (Kernel kernel = RunningKernel.open()) {
      if (!kernel.version().series().equals(KernelVersion.NEWEST)) {
        Needs.met("the rules are those of 6.18, this is " + kernel.release());
      }
      try (KernelObject session = kernel.object(object)) {
        KernelAnswer theirs = KernelAnswer.of(session, program, 2);
        if (theirs.beforeVerifier()) {
          Needs.met(theirs.inWords() + " before the verifier: " + theirs.note());
        }
        assertEquals(says, theirs.accepted() ? RuleFile.ACCEPTED : theirs.message());
        var profile =
            new Profile(
                Releases.beside(kernel.version()), kernel.btf(), kernel.possibleCpus(), true);
        Verdict ours = Verifier.verify(program, profile, 2);
        assertEquals(theirs.processed(), ours.statistics().processed(), "instructions processed");
        assertNull(difference(program, theirs.log(), ours.log()), "first line that differs");
      }
    }
  }

  private static LogDiff.@Nullable Difference difference(
      ProgramSpec program, String theirs, String ours) {
    boolean lines = LogDiff.hasSourceLines(theirs) && !program.lines().isEmpty();
    List<String> left = LogDiff.normalise(theirs, lines);
    return LogDiff.first(left, LogDiff.normalise(ours, lines));
  }

  private static String answer(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted _ -> RuleFile.ACCEPTED;
      case Verdict.Rejected rejected -> rejected.message().strip();
      case Verdict.NotModelled unknown -> "not modelled: " + unknown.what();
    };
  }

  /** Whether this is a Linux 6.18: the ids and fields of its types are what the rows are for. */
  private static boolean is618() throws IOException {
    Path release = Path.of("/proc/sys/kernel/osrelease");
    return Files.exists(release)
        && KernelVersion.parse(Files.readString(release).strip())
            .series()
            .equals(KernelVersion.NEWEST);
  }
}
