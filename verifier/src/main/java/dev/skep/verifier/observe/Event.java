package dev.skep.verifier.observe;

import dev.skep.isa.Instruction;
import dev.skep.verifier.state.Reg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that the walk did.
 *
 * <p>A {@code pc} counts 8-byte slots from the program's start. A {@code path} is the number of a
 * path, from 0 for the one that the main program starts with, in the order in which they were split
 * off; a {@code checkpoint} that of a kept state, from 0, in the order in which they were kept.
 * {@code subprogram} is the index of a function of the program, 0 for the main one.
 */
public sealed interface Event {

  /**
   * A path is taken up: the program's or a global function's start, or the youngest path that
   * waits.
   *
   * @param previousPc the instruction that it was split off at, -1 at a start
   * @param pc the instruction that it goes on with
   * @param state what is known there
   */
  record PathTaken(int path, int previousPc, int pc, State state) implements Event {}

  /**
   * An instruction was walked over.
   *
   * @param number how many steps were told before: from 0, across all paths
   * @param instruction what stands at {@code pc}
   * @param next the instruction that the path goes on with, -1 if it ends here
   * @param touchedRegisters registers of the innermost frame that were read or written, as bits;
   *     after a call or a return all that the frame has. It is what the log shows after the
   *     instruction
   * @param touchedSlots stack slots of the same, as bits; bit 0 is the slot at {@code fp-8}
   */
  record Step(
      int number,
      int path,
      int pc,
      Instruction instruction,
      State before,
      State after,
      int next,
      int touchedRegisters,
      long touchedSlots)
      implements Event {}

  /**
   * The program was refused at an instruction; the verdict says why. On a path that only a
   * processor takes Linux may put a barrier before the instruction instead: then {@link PathEnded}
   * follows.
   *
   * @param instruction what stands at {@code pc}, null if that is no instruction
   * @param before what was known before it
   */
  record Refused(int path, int pc, @Nullable Instruction instruction, State before)
      implements Event {}

  /**
   * A conditional jump, or anything else after which the program can go on in more than one way: a
   * call of a callback, an iterator's next element, a kernel function that may fail.
   *
   * @param pc the instruction
   * @param before what was known before it
   * @param sides the ways that it can go: first the one that this path goes on with (none if it is
   *     {@link Refused} here), then those that wait, in the order in which they were split off. A
   *     conditional jump whose outcome is known has one
   */
  record Branch(int path, int pc, State before, List<Side> sides) implements Event {}

  /**
   * One way on.
   *
   * @param path the path that goes there
   * @param pc where it goes on; -1 for a path that ends at the branch, as an iterator's may
   * @param speculative whether only a processor goes there, before it knows better
   * @param state what is known there
   * @param learned what differs from the state before: what the branch teaches, and what the
   *     instruction did
   */
  record Side(int path, int pc, boolean speculative, State state, List<Change> learned) {}

  /** Why a path ended. */
  enum End {
    /** The program returns, or throws. */
    EXIT,
    /** An earlier state covers this one: {@link Pruned} came before. */
    PRUNED,
    /** A barrier stops the processor, which alone takes this path. */
    BARRIER
  }

  /**
   * A path ended well.
   *
   * @param pc its last instruction; if it was pruned, the one that it did not walk over any more
   */
  record PathEnded(int path, int pc, End end) implements Event {}

  /**
   * A state was kept, for later paths to end at. From here on the path's numbers are no longer
   * marked as precise: marks are made in the kept state.
   *
   * @param parent the kept state that lies before it on this path, -1 for none
   */
  record Kept(int checkpoint, int parent, int path, int pc, State state) implements Event {}

  /**
   * A path ended because a kept state covers it.
   *
   * @param checkpoint the kept state
   * @param loop whether the kept state's own paths have not all ended: a turn of a loop that
   *     converges
   * @param old the kept state as it was compared: without what is not read any more, with all marks
   *     made since
   * @param current the path's state
   * @param covered why each register and slot was covered, in the order of comparison; places of
   *     which neither state knows anything are not listed
   */
  record Pruned(
      int path,
      int pc,
      int checkpoint,
      boolean loop,
      State old,
      State current,
      List<Covered> covered)
      implements Event {}

  /**
   * A kept state at this instruction does not cover the path's.
   *
   * @param checkpoint the kept state
   * @param open whether the kept state's own paths have not all ended: this path came from it, by a
   *     loop. Unless the loop is an iterator's, a callback's or a {@code may_goto}'s no path can
   *     end there, and the difference is what keeps the loop from being endless
   * @param difference the first difference that was met
   * @param values what the kept state holds there, and what the path's does; null if the difference
   *     is in no register or slot
   */
  record NearMiss(
      int path,
      int pc,
      int checkpoint,
      boolean open,
      Difference difference,
      @Nullable Change values)
      implements Event {}

  /** What happens to a walk through a loop. */
  enum Turn {
    /** A state was kept in it, the first of this walk. */
    ENTERED,
    /** A path ended at a kept state whose own paths have not all ended: the loop converges. */
    BACK_EDGE,
    /** All paths from the state that entered it have ended. */
    LEFT
  }

  /**
   * A walk through a loop starts, goes round or ends ({@code struct bpf_scc_visit}).
   *
   * @param callsites the calls that lead to the function with the loop, by instruction, the
   *     outermost first
   * @param component the loop: number of a strongly connected component of the program's
   *     instructions, from 1
   */
  record Loop(Turn turn, List<Integer> callsites, int component) implements Event {}

  /**
   * A path came to where it was before with nothing changed: the program is refused.
   *
   * @param checkpoint the kept state of the turn before
   */
  record InfiniteLoop(int path, int pc, int checkpoint, State old, State current)
      implements Event {}

  /**
   * A decision leant on exact numbers; what they came from was followed back along the path.
   *
   * @param pc the instruction that needs them
   * @param cause what asked for it
   * @param wanted what was wanted there, by frame
   * @param links the way back, the latest instruction first
   */
  record PrecisionChain(int path, int pc, Cause cause, List<Wanted> wanted, List<Link> links)
      implements Event {}

  /** What asks for exact numbers. */
  enum Cause {
    /** The instruction needs them. */
    USE,
    /** The path ends at a kept state in which they are marked, so they matter here, too. */
    PRUNED,
    /** A loop's turn ended at a kept state in which they were marked since. */
    LOOP
  }

  /**
   * Registers and slots of one frame.
   *
   * @param registers as bits
   * @param slots as bits; bit 0 is the slot at {@code fp-8}
   */
  record Wanted(int frame, int registers, long slots) {}

  /** One link of the way back. */
  sealed interface Link {

    /**
     * An instruction was gone back over.
     *
     * @param wanted what is wanted after it in its own frame; the next link has what is wanted
     *     before it
     */
    record Over(int pc, Wanted wanted) implements Link {}

    /**
     * A kept state was come to, and the numbers in it marked.
     *
     * @param checkpoint the kept state
     * @param pc where it stands
     * @param marked what was marked here and was not before, by frame
     */
    record Marked(int checkpoint, int pc, List<Wanted> marked) implements Link {}

    /**
     * The way back could not be followed: every number of the kept state was marked.
     *
     * @param marked what was not before, by frame
     */
    record Forced(int checkpoint, int pc, List<Wanted> marked) implements Link {}
  }

  /** How a function was entered. */
  enum Entry {
    /** By a call. */
    CALL,
    /** By a helper or kernel function that calls it at once. */
    CALLBACK,
    /** By the kernel, later and on its own. */
    ASYNC_CALLBACK
  }

  /**
   * A function of the program was entered, in a frame of its own.
   *
   * @param pc its first instruction
   * @param callsite the instruction that calls it, or hands it over
   * @param state what is known at its start
   */
  record SubprogramEntered(int path, int pc, int subprogram, Entry entry, int callsite, State state)
      implements Event {}

  /**
   * A function was left, back to its caller.
   *
   * @param pc its last instruction
   * @param subprogram the one that was left
   * @param next the instruction that the caller goes on with; a callback's is the call itself
   * @param result what it returns
   */
  record SubprogramLeft(int path, int pc, int subprogram, int next, Reg result) implements Event {}

  /** A global function was called: it is judged on its own, and assumed to be safe here. */
  record GlobalAssumed(int path, int pc, int subprogram, String name) implements Event {}

  /** A global function is walked on its own. */
  record GlobalStarted(int subprogram, String name) implements Event {}

  /** It is safe for any arguments that match its prototype. */
  record GlobalValidated(int subprogram, String name) implements Event {}

  /**
   * The end of the walk, whatever the verdict: where the budget went.
   *
   * @param processed visits of all instructions: what the log calls "processed … insns"
   * @param limit how many are allowed
   * @param visits by instruction: how many times a path came to it, pruned ones included. One
   *     element a slot of the program
   */
  record Budget(int processed, int limit, List<Integer> visits) implements Event {}
}
