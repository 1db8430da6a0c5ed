package dev.skep.verifier.watch;

import dev.skep.isa.Instruction;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.explain.VerifierLog;
import dev.skep.verifier.observe.Covered;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints the walk as the kernel does: instructions and states at level 1, at level 2 also where
 * paths start and end and what precision asked for.
 *
 * <p>It reads the states in place: of most it prints a register or two, those that were touched
 * since it last printed, and at level 1 nearly all of its text is cut away again. A snapshot for
 * each step would cost more than the text.
 */
public final class LogWatcher implements Watcher {

  private final VerifierLog log;
  private final Touched touched;
  private final ProgramSpec program;
  private final Names names;
  private final boolean privileged;

  /** Where the log stood when each waiting path was split off: level 1 is cut back to there. */
  private int[] positions = new int[16];

  private int waiting;

  /** Whether the path did not come here from the instruction that was printed last. */
  private boolean jumped;

  private int afterInstruction;
  private int instructionLength;
  private @Nullable LineInfo previousLine;

  public LogWatcher(
      VerifierLog log, Touched touched, ProgramSpec program, Names names, boolean privileged) {
    this.log = log;
    this.touched = touched;
    this.program = program;
    this.names = names;
    this.privileged = privileged;
  }

  /** Whether there is anything to print. */
  boolean isOn() {
    return log.isOn() || log.hasStatistics();
  }

  @Override
  public void walkStarts(VerifierState entry, int pc) {
    previousLine = null;
    jumped = false;
    waiting = 0;
  }

  @Override
  public void stepStarts(
      VerifierState state, int pc, int previousPc, @Nullable Instruction instruction) {
    if (log.isDetailed() && jumped) {
      log.add(from(state, pc, previousPc));
      showState(state, state.currentFrame());
    }
    jumped = false;
    if (!log.isOn()) {
      return;
    }
    if (touched.registersToShow() != 0 || touched.slotsToShow() != 0) {
      changed(state, pc);
    }
    sourceLine(pc, "; ");
    int start = log.position();
    log.add(pc + ": " + Listing.text(program.code(), pc, names)).endLine();
    afterInstruction = log.position();
    instructionLength = afterInstruction - start;
  }

  private static String from(VerifierState state, int pc, int previousPc) {
    String speculative = state.speculative ? " (speculative execution)" : "";
    return "\nfrom " + previousPc + " to " + pc + speculative + ":";
  }

  /** Prints what was touched, on the instruction's line if nothing came between. */
  @Override
  public void changed(VerifierState state, int pc) {
    if (!log.isOn()) {
      return;
    }
    if (afterInstruction != 0 && afterInstruction == log.position()) {
      log.cutTo(afterInstruction - 1);
      log.add(VerifierLog.stateSeparator(instructionLength));
    } else {
      log.add(pc + ":");
    }
    showState(state, state.currentFrame(), touched.registersToShow(), touched.slotsToShow());
    touched.shown();
  }

  @Override
  public void showState(VerifierState state, int frame) {
    if (log.isOn()) {
      showState(state, frame, Touched.ALL_REGISTERS, -1L);
    }
  }

  private void showState(VerifierState state, int frame, int registers, long slots) {
    log.add(StatePrinter.frame(state, frame, registers, slots, !privileged)).endLine();
  }

  /** Prints the source line of an instruction, unless it was printed last. */
  @Override
  public void sourceLine(int pc, String prefix) {
    if (!log.isOn()) {
      return;
    }
    LineInfo line = program.lineAt(pc);
    LineInfo previous = previousLine;
    if (line == null || line.equals(previous)) {
      return;
    }
    if (previous != null && previous.file().equals(line.file()) && previous.line() == line.line()) {
      return;
    }
    String file = line.file().substring(line.file().lastIndexOf('/') + 1);
    log.add(prefix + line.text().stripLeading() + " @ " + file + ":" + line.line() + "\n");
    previousLine = line;
  }

  @Override
  public void forked(VerifierState state, int pc) {
    if (waiting == positions.length) {
      positions = Arrays.copyOf(positions, waiting * 2);
    }
    positions[waiting++] = log.position();
  }

  @Override
  public void pathTaken(VerifierState state, int pc, int previousPc) {
    int position = positions[--waiting];
    if (!log.isDetailed()) {
      log.cutTo(position);
    }
    jumped = true;
  }

  @Override
  public void jumpsBack() {
    jumped = true;
  }

  @Override
  public void pruned(
      VerifierState old,
      VerifierState current,
      int pc,
      int previousPc,
      boolean loop,
      List<Covered> covered) {
    if (log.isDetailed()) {
      log.add(jumped ? from(current, pc, previousPc) + " safe\n" : pc + ": safe\n");
    }
  }

  @Override
  public void loop(Event.Turn turn, List<Integer> chain) {
    if (log.isDetailed()) {
      String what =
          switch (turn) {
            case ENTERED -> "enter";
            case BACK_EDGE -> "backedge";
            case LEFT -> "exit";
          };
      // Linux shows no call sites if the first one is instruction 0.
      int hidden = chain.getFirst() == 0 ? chain.size() - 1 : 0;
      log.add(
          chain.stream()
              .skip(hidden)
              .map(at -> String.valueOf(Math.abs(at)))
              .collect(Collectors.joining(",", "SCC " + what + " (", ")\n")));
    }
  }

  @Override
  public void propagates(int frame, int registers, long slots) {
    if (log.isDetailed()) {
      String separator = "frame " + frame + ": propagating ";
      for (int rest = registers; rest != 0; rest &= rest - 1) {
        log.add(separator + "r" + Integer.numberOfTrailingZeros(rest));
        separator = ",";
      }
      for (long rest = slots; rest != 0; rest &= rest - 1) {
        log.add(separator + "fp" + offset(Long.numberOfTrailingZeros(rest)));
        separator = ",";
      }
    }
    log.endLine();
  }

  @Override
  public void chainSegment(int frame, int last, int first, int following) {
    if (log.isDetailed()) {
      log.add(
          "mark_precise: frame%d: last_idx %d first_idx %d subseq_idx %d \n"
              .formatted(frame, last, first, following));
    }
  }

  @Override
  public void chainStep(int frame, int registers, long slots, int pc) {
    if (log.isDetailed()) {
      log.add(
          "mark_precise: frame%d: regs=%s stack=%s before %d: %s\n"
              .formatted(
                  frame,
                  registerList(registers),
                  slotList(slots),
                  pc,
                  Listing.text(program.code(), pc, names)));
    }
  }

  @Override
  public void chainMarks(VerifierState state, int frame, int registers, long slots) {
    if (log.isDetailed()) {
      log.add(
          "mark_precise: frame%d: parent state regs=%s stack=%s: "
              .formatted(frame, registerList(registers), slotList(slots)));
      showState(state, frame);
    }
  }

  @Override
  public void chainGivesUp(VerifierState from) {
    if (log.isDetailed()) {
      log.add(
          "mark_precise: frame%d: falling back to forcing all scalars precise\n"
              .formatted(from.currentFrame()));
    }
  }

  @Override
  public void forced(VerifierState state, int frame, int registers, long slots) {
    if (log.isDetailed()) {
      String what =
          registers != 0
              ? "r" + Integer.numberOfTrailingZeros(registers)
              : "fp" + offset(Long.numberOfTrailingZeros(slots));
      log.add("force_precise: frame%d: forcing %s to be precise\n".formatted(frame, what));
    }
  }

  private static String registerList(int registers) {
    StringBuilder text = new StringBuilder();
    for (int rest = registers; rest != 0; rest &= rest - 1) {
      text.append(text.isEmpty() ? "r" : ",r").append(Integer.numberOfTrailingZeros(rest));
    }
    return text.toString();
  }

  private static String slotList(long slots) {
    StringBuilder text = new StringBuilder();
    for (long rest = slots; rest != 0; rest &= rest - 1) {
      text.append(text.isEmpty() ? "" : ",").append(offset(Long.numberOfTrailingZeros(rest)));
    }
    return text.toString();
  }

  private static int offset(int slot) {
    return -(slot + 1) * StackSlot.BYTES;
  }

  @Override
  public void called(VerifierState state, FrameState caller, FrameState callee, int start) {
    if (log.isOn()) {
      log.add("caller:\n");
      showState(state, caller.frameNumber);
      log.add("callee:\n");
      showState(state, callee.frameNumber);
    }
  }

  @Override
  public void leaves(VerifierState state, FrameState callee, FrameState caller, int next) {
    if (log.isOn()) {
      log.add("returning from callee:\n");
      showState(state, callee.frameNumber);
      log.add("to caller at " + next + ":\n");
      showState(state, caller.frameNumber);
    }
  }

  @Override
  public void iterationsEnd(int frame) {
    if (log.isDetailed()) {
      log.add("frame" + frame + " bpf_loop iteration limit reached\n");
    }
  }

  @Override
  public void assumesGlobal(VerifierState state, int pc, int subprogram, String name) {
    if (log.isOn()) {
      log.add("Func#" + subprogram + " ('" + name + "') is global and assumed valid.\n");
    }
  }

  @Override
  public void globalStarts(int subprogram, String name) {
    if (log.isOn()) {
      log.add("Validating " + name + "() func#" + subprogram + "...\n");
    }
  }

  @Override
  public void globalIsSafe(int subprogram, String name) {
    if (log.isOn()) {
      log.add(
          "Func#"
              + subprogram
              + " ('"
              + name
              + "') is safe for any args that match its prototype\n");
    }
  }
}
