package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.skep.catalog.Errno;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Syscalls;
import dev.skep.test.Needs;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked again, of a kernel that answers as it is told. */
class RetryTest {

  private static final int EINTR = Errno.EINTR.negated();
  private static final int EAGAIN = Errno.EAGAIN.negated();
  private static final int ENOSPC = Errno.ENOSPC.negated();
  private static final int EACCES = Errno.EACCES.negated();

  /** Answers in order, the last one for ever; a number that no descriptor has stands for one. */
  private static final class Script implements Bpf.Call {
    private final Deque<Integer> answers = new ArrayDeque<>();
    private final List<BpfCommand> commands = new ArrayList<>();
    private final List<Integer> logSizes = new ArrayList<>();
    private int logTrueSize;

    Script(int... answers) {
      for (int answer : answers) {
        this.answers.add(answer);
      }
    }

    @Override
    public int make(BpfCommand command, Block attr) {
      commands.add(command);
      if (command == BpfCommand.PROG_LOAD) {
        logSizes.add(attr.getInt("log_size"));
        if (attr.getInt("log_size") > 0) {
          attr.set("log_true_size", logTrueSize);
        }
      }
      int answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
      return answer;
    }
  }

  private static int attempt(Script script, BpfCommand command) {
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, command == BpfCommand.PROG_LOAD ? BpfAttr.PROG_LOAD : BpfAttr.MAP_ELEM);
      return ScopedValue.where(Bpf.CALL, script).call(() -> Bpf.attempt(command, attr));
    }
  }

  @Test
  void aLoadThatASignalEndedIsRepeated() {
    var script = new Script(EAGAIN, EAGAIN, 7);
    assertEquals(7, attempt(script, BpfCommand.PROG_LOAD));
    assertEquals(3, script.commands.size());
  }

  @Test
  void aLoadIsNotRepeatedForEver() {
    var script = new Script(EAGAIN);
    assertEquals(EAGAIN, attempt(script, BpfCommand.PROG_LOAD));
    assertEquals(16, script.commands.size());
  }

  /** EAGAIN of other commands is an answer: a full queue, a busy element. */
  @Test
  void otherCommandsTakeEagainForAnAnswer() {
    var script = new Script(EAGAIN, 0);
    assertEquals(EAGAIN, attempt(script, BpfCommand.MAP_UPDATE_ELEM));
    assertEquals(1, script.commands.size());
  }

  @Test
  void anInterruptedCommandIsRepeated() {
    var script = new Script(EINTR, EINTR, EINTR, 0);
    assertEquals(0, attempt(script, BpfCommand.MAP_LOOKUP_ELEM));
    assertEquals(4, script.commands.size());
  }

  @Test
  void otherErrorsAreNot() {
    var script = new Script(EACCES, 0);
    assertEquals(EACCES, attempt(script, BpfCommand.PROG_LOAD));
    assertEquals(1, script.commands.size());
  }

  /** First without a log; then with one, which grows to what the kernel says it needs. */
  @Test
  void theLogGrowsToWhatTheKernelNeeds() {
    Needs.met(Syscalls.unavailable());
    var script = new Script(1 << 20, EACCES, EAGAIN, ENOSPC, EACCES);
    script.logTrueSize = 1_000_000;
    LoadResult result =
        ScopedValue.where(Bpf.CALL, script)
            .call(
                () -> {
                  try (Kernel kernel = Kernel.open()) {
                    return kernel.load(Programs.xdpReturning(2), LoadOptions.DEFAULT.unchecked());
                  }
                });
    assertEquals(
        Errno.EACCES, assertInstanceOf(LoadResult.Refused.class, result, result::toString).errno());
    assertEquals(List.of(0, 1 << 16, 1 << 16, 1_000_000), script.logSizes);
  }
}
