package dev.skep.verifier.watch;

import dev.skep.isa.Instruction;
import dev.skep.verifier.observe.Covered;
import dev.skep.verifier.observe.Difference;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.VerifierState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is told what the walk does, where it does it. States are those at hand: they change after the
 * call, and are not to be changed in it.
 *
 * <p>Wanted registers and slots of a precision chain are arrays by frame, as bits.
 */
public interface Watcher {

  /** Nobody listens. */
  Watcher NONE = new Watcher() {};

  /** Whether it wants to know why each register of a pruned state was covered. */
  default boolean wantsCovers() {
    return false;
  }

  /** A function is walked from its start. */
  default void walkStarts(VerifierState entry, int pc) {}

  /** A path comes to an instruction. */
  default void visits(int pc) {}

  /** The path goes on with an instruction, which is walked over next. */
  default void stepStarts(
      VerifierState state, int pc, int previousPc, @Nullable Instruction instruction) {}

  /** All that the instruction at hand changes is changed, before its step ends. */
  default void changed(VerifierState state, int pc) {}

  /** The instruction was walked over. */
  default void stepEnds(VerifierState state, int next) {}

  /** A barrier stands before the instruction, or is put there after a rule refused it. */
  default void stepBarred(VerifierState state, boolean refused) {}

  /** The program is refused, or cannot be judged, at the instruction at hand. */
  default void stepFails() {}

  /** A path waits: a copy of the one at hand, which the instruction may still refine. */
  default void forked(VerifierState state, int pc) {}

  /** The path at hand ended. */
  default void pathEnds(VerifierState state, int pc, Event.End end) {}

  /** The youngest path that waits is taken up. */
  default void pathTaken(VerifierState state, int pc, int previousPc) {}

  /** A function was left, and the path jumps back to its caller. */
  default void jumpsBack() {}

  /** A state was kept. */
  default void kept(VerifierState checkpoint, VerifierState current) {}

  /** A kept state covers the path's. */
  default void pruned(
      VerifierState old,
      VerifierState current,
      int pc,
      int previousPc,
      boolean loop,
      List<Covered> covered) {}

  /**
   * A kept state does not cover the path's.
   *
   * @param frame where they differ, if {@code register} or {@code slot} is not -1
   */
  default void missed(
      VerifierState old,
      VerifierState current,
      Difference difference,
      int frame,
      int register,
      int slot) {}

  /** Nothing has changed since the path was here before. */
  default void loopsForever(VerifierState old, VerifierState current) {}

  /**
   * A walk through a loop starts, goes round or ends.
   *
   * @param chain the calls that lead to the loop, by instruction, the outermost first; last the
   *     negated number of the loop
   */
  default void loop(Event.Turn turn, List<Integer> chain) {}

  /** Numbers marked in a kept state are wanted in the state at hand, in one frame. */
  default void propagates(int frame, int registers, long slots) {}

  /** The way back starts, from a state at hand or a kept one. */
  default void chainStarts(
      VerifierState from, Event.Cause cause, int frame, int[] registers, long[] slots) {}

  /** It goes back through the instructions between two kept states. */
  default void chainSegment(int frame, int last, int first, int following) {}

  /** It goes back over an instruction. */
  default void chainStep(int frame, int registers, long slots, int pc) {}

  /**
   * It has come to a kept state, and has marked numbers there in one frame.
   *
   * @param registers what was marked, and was not before
   */
  default void chainMarks(VerifierState state, int frame, int registers, long slots) {}

  /** It cannot be followed: all numbers of the states above are marked. */
  default void chainGivesUp(VerifierState from) {}

  /** A number of a kept state was marked because of that. */
  default void forced(VerifierState state, int frame, int registers, long slots) {}

  /** The way back ends. */
  default void chainEnds() {}

  /** A function of the program was entered by a call. */
  default void called(VerifierState state, FrameState caller, FrameState callee, int start) {}

  /** A function is left: both frames are still there, the caller's with the result. */
  default void leaves(VerifierState state, FrameState callee, FrameState caller, int next) {}

  /** {@code bpf_loop} has called its callback as often as it will. */
  default void iterationsEnd(int frame) {}

  /** A global function was called. */
  default void assumesGlobal(VerifierState state, int pc, int subprogram, String name) {}

  /** A global function is walked on its own. */
  default void globalStarts(int subprogram, String name) {}

  /** A global function is safe. */
  default void globalIsSafe(int subprogram, String name) {}

  /** The walk ended, whatever the verdict. */
  default void ends(int processed) {}

  /** A message about an instruction follows, or a state belongs to one. */
  default void sourceLine(int pc, String prefix) {}

  /** A frame's whole state belongs to a message. */
  default void showState(VerifierState state, int frame) {}
}
