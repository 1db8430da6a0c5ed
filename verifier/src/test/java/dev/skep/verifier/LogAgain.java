package dev.skep.verifier;

import dev.skep.isa.Instruction;
import dev.skep.isa.Listing;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.explain.LogNames;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.explain.VerifierLog;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.observe.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The instruction and state lines of the level-2 log, printed from what an observer was told and
 * from nothing else.
 */
final class LogAgain {

  private static final int ALL = (1 << 11) - 1;

  private final ProgramSpec program;
  private final List<String> lines = new ArrayList<>();

  /** What the log prints within a step, told before it. */
  private final List<Event> within = new ArrayList<>();

  private int registers = ALL;
  private long slots = -1;

  /** Whether the last line is an instruction to which a state can be added. */
  private boolean open;

  /** The last jump that was not a step, -1 for none. */
  private int from = -1;

  private LogAgain(ProgramSpec program) {
    this.program = program;
  }

  static List<String> print(ProgramSpec program, List<Event> events) {
    LogAgain again = new LogAgain(program);
    events.forEach(again::on);
    return again.lines;
  }

  private void on(Event event) {
    switch (event) {
      case Event.PathTaken taken -> {
        registers = ALL;
        slots = -1;
        open = false;
        from = taken.previousPc();
      }
      case Event.Step step -> step(step);
      case Event.Refused refused -> {
        start(refused.pc(), refused.before());
        within.clear();
      }
      case Event.Pruned pruned ->
          line(
              from < 0
                  ? pruned.pc() + ": safe"
                  : from(from, pruned.pc(), pruned.current()) + " safe");
      case Event.PrecisionChain chain -> {
        if (chain.cause() == Event.Cause.USE) {
          within.add(chain);
        } else {
          open = false;
        }
      }
      case Event.SubprogramEntered in -> {
        if (in.entry() == Event.Entry.CALL) {
          within.add(in);
        }
      }
      case Event.SubprogramLeft out -> within.add(out);
      case Event.GlobalAssumed global -> within.add(global);
      case Event.GlobalStarted global ->
          line("Validating " + global.name() + "() func#" + global.subprogram() + "...");
      case Event.GlobalValidated global ->
          line(
              "Func#%d ('%s') is safe for any args that match its prototype"
                  .formatted(global.subprogram(), global.name()));
      case Event.Branch branch -> {}
      case Event.PathEnded end -> {}
      case Event.Kept kept -> {}
      case Event.NearMiss miss -> {}
      case Event.InfiniteLoop loop -> {}
      case Event.Loop loop -> loop(loop);
      case Event.Budget budget -> {}
    }
  }

  private void loop(Event.Loop loop) {
    String what =
        switch (loop.turn()) {
          case ENTERED -> "enter";
          case BACK_EDGE -> "backedge";
          case LEFT -> "exit";
        };
    boolean hidden = !loop.callsites().isEmpty() && loop.callsites().getFirst() == 0;
    String calls =
        hidden ? "" : loop.callsites().stream().map(at -> at + ",").collect(Collectors.joining());
    line("SCC " + what + " (" + calls + loop.component() + ")");
  }

  private void line(String text) {
    lines.add(text);
    open = false;
  }

  private static String from(int previous, int pc, State state) {
    return "from "
        + previous
        + " to "
        + pc
        + (state.speculative() ? " (speculative execution):" : ":");
  }

  /** What stands before an instruction, and the instruction. */
  private void start(int pc, State before) {
    if (from >= 0) {
      line(from(from, pc, before) + frame(before, before.frames().size() - 1, ALL, -1));
      from = -1;
    }
    if (registers != 0 || slots != 0) {
      state(pc, before);
    }
    lines.add(pc + ": " + Listing.text(program.code(), pc, new LogNames(program, true)));
    open = true;
  }

  private void step(Event.Step step) {
    start(step.pc(), step.before());
    for (Event event : within) {
      switch (event) {
        case Event.SubprogramEntered in -> {
          line("caller:");
          line(frame(in.state(), in.state().frames().size() - 2, ALL, -1));
          line("callee:");
          line(frame(in.state(), in.state().frames().size() - 1, ALL, -1));
        }
        case Event.SubprogramLeft out -> {
          line("returning from callee:");
          line(frame(step.before(), step.before().frames().size() - 1, ALL, -1));
          line("to caller at " + out.next() + ":");
          line(frame(step.after(), step.after().frames().size() - 1, ALL, -1));
          from = step.pc();
        }
        case Event.GlobalAssumed global ->
            line(
                "Func#%d ('%s') is global and assumed valid."
                    .formatted(global.subprogram(), global.name()));
        default -> open = false;
      }
    }
    within.clear();
    registers = step.touchedRegisters();
    slots = step.touchedSlots();
    if (step.instruction() instanceof Instruction.ConditionalJump) {
      state(step.pc(), step.after());
    }
  }

  private void state(int pc, State state) {
    String text = frame(state, state.frames().size() - 1, registers, slots);
    if (open) {
      String instruction = lines.removeLast();
      line(instruction + VerifierLog.stateSeparator(instruction.length() + 1) + text);
    } else {
      line(pc + ":" + text);
    }
    registers = 0;
    slots = 0;
  }

  private static String frame(State state, int frame, int registers, long slots) {
    return StatePrinter.frame(state, frame, registers, slots, false);
  }
}
