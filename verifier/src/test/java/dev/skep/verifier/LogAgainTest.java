package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The log's instruction and state lines can be printed again from what an observer was told. */
class LogAgainTest {

  /** What the log says beside the walk, and what precision asked for. */
  private static final Pattern BESIDE =
      Pattern.compile(
          "|  .*|func#.*|Live regs before insn:|\\(.*|mark_precise.*|force_precise.*"
              + "|frame \\d+: propagating.*|frame\\d+ bpf_loop iteration limit reached"
              + "|processed .*|R\\d !read_ok|verification time.*|stack depth.*");

  private static List<String> walk(String log) {
    return log.lines().filter(line -> !BESIDE.matcher(line).matches()).toList();
  }

  private static int compare(ProgramSpec program) {
    Small.Told told = Small.tell(program, Profile.DEFAULT, 2);
    List<String> lines = walk(told.verdict().log());
    assertEquals(
        String.join("\n", lines), String.join("\n", LogAgain.print(program, told.events())));
    return lines.size();
  }

  @Test
  void branchesLoopsAndCalls() {
    assertTrue(compare(ObserverTest.BRANCH) > 5);
    assertTrue(compare(ObserverTest.LOOP) > 10);
    assertTrue(compare(ObserverTest.PRUNED) > 10);
    assertTrue(compare(ObserverTest.NEAR_MISS) > 10);
    assertTrue(compare(ObserverTest.CALL) > 10);
    assertTrue(compare(ObserverTest.CALLBACK) > 10);
    assertTrue(compare(ObserverTest.global()) > 10);
    assertTrue(compare(ObserverTest.REFUSED) > 2);
  }

  @Property(tries = 150)
  void anyProgram(@ForAll long seed) {
    compare(Small.program(SmallGenerator.generate(seed)));
  }
}
