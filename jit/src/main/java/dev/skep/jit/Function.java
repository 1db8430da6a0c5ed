package dev.skep.jit;

import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.runtime.LinkedProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A function of a program: the slots that are reachable from its entry without following calls.
 *
 * <p>A jump out of one subprogram into another, which no verifier accepts, makes the slots there
 * part of both.
 */
final class Function {

  /** Loops longer than this count as one instruction a turn. */
  private static final int SEARCHED = 2000;

  private final LinkedProgram program;
  private final int entry;
  private final int[] pcs;
  private final BitSet leaders = new BitSet();
  private final boolean loops;
  private final List<Integer> calls = new ArrayList<>();

  /** For each target, the slots that jump there. */
  private final NavigableMap<Integer, List<Integer>> jumps = new TreeMap<>();

  /** The function that starts at a slot. */
  static Function at(LinkedProgram program, int entry) {
    return new Function(program, entry);
  }

  private Function(LinkedProgram program, int entry) {
    this.program = program;
    this.entry = entry;
    BitSet reached = new BitSet();
    ArrayDeque<Integer> work = new ArrayDeque<>();
    boolean back = false;
    work.add(entry);
    leaders.set(entry);
    while (!work.isEmpty()) {
      int pc = work.remove();
      while (pc != Flow.NONE && !reached.get(pc)) {
        reached.set(pc);
        Instruction instruction = pc < program.size() ? program.instruction(pc) : null;
        if (instruction == null) {
          break;
        }
        int target = Flow.target(pc, instruction);
        if (target != Flow.NONE) {
          leaders.set(target);
          jumps.computeIfAbsent(target, _ -> new ArrayList<>()).add(pc);
          work.add(target);
          back |= target <= pc;
        }
        if (instruction instanceof CallLocal call) {
          calls.add(Flow.callee(pc, call));
        }
        pc = Flow.next(pc, instruction);
      }
    }
    pcs = reached.stream().toArray();
    loops = back;
  }

  LinkedProgram program() {
    return program;
  }

  int entry() {
    return entry;
  }

  /** Number of instructions. */
  int size() {
    return pcs.length;
  }

  /** The slot of the n-th instruction; slots ascend. The last may lie behind the program's end. */
  int pc(int n) {
    return pcs[n];
  }

  /** The n-th instruction; null behind the program's end and in the midst of a wide one. */
  @Nullable Instruction instruction(int n) {
    int pc = pcs[n];
    return pc < program.size() ? program.instruction(pc) : null;
  }

  /** The slots whose jumps go to one from {@code low} to {@code high}. */
  Set<Integer> jumpsInto(int low, int high) {
    Set<Integer> found = new TreeSet<>();
    jumps.subMap(low, true, high, true).values().forEach(found::addAll);
    return found;
  }

  /** Where the jump at a slot goes. */
  int target(int pc) {
    Instruction instruction = program.instruction(pc);
    return instruction == null ? Flow.NONE : Flow.target(pc, instruction);
  }

  /** The number of the instruction at a slot. */
  int number(int pc) {
    return Arrays.binarySearch(pcs, pc);
  }

  /** Whether a jump goes to a slot. */
  boolean isTarget(int pc) {
    return leaders.get(pc);
  }

  /** Whether any jump goes back. */
  boolean loops() {
    return loops;
  }

  /** Entries of the functions that it calls, one for each call. */
  List<Integer> calls() {
    return calls;
  }

  /**
   * The least number of instructions from a slot to a later one, both included, without going back:
   * what the shortest turn of a loop takes.
   */
  int shortest(int from, int to) {
    int start = Arrays.binarySearch(pcs, from);
    int end = Arrays.binarySearch(pcs, to);
    int size = end - start + 1;
    if (size > SEARCHED) {
      return 1;
    }
    int[] least = new int[size];
    Arrays.fill(least, Integer.MAX_VALUE);
    least[0] = 1;
    for (int i = 0; i < size - 1; i++) {
      int pc = pcs[start + i];
      Instruction instruction = pc < program.size() ? program.instruction(pc) : null;
      if (least[i] == Integer.MAX_VALUE || instruction == null) {
        continue;
      }
      relax(least, start, Flow.next(pc, instruction), least[i] + 1, i);
      relax(least, start, Flow.target(pc, instruction), least[i] + 1, i);
    }
    return least[size - 1] == Integer.MAX_VALUE ? 1 : least[size - 1];
  }

  /**
   * The least number of instructions from the entry to an exit, in a function without loops.
   *
   * @param callee the same for a function that starts at a slot
   */
  long shortestToExit(IntToLongFunction callee) {
    long[] least = new long[pcs.length];
    for (int i = pcs.length - 1; i >= 0; i--) {
      int pc = pcs[i];
      Instruction instruction = pc < program.size() ? program.instruction(pc) : null;
      if (instruction == null) {
        continue;
      }
      long next = after(least, i, Flow.next(pc, instruction));
      long target = after(least, i, Flow.target(pc, instruction));
      long rest = Math.min(next, target);
      long call =
          instruction instanceof CallLocal local ? callee.applyAsLong(Flow.callee(pc, local)) : 0;
      least[i] = 1 + call + (rest == Long.MAX_VALUE ? 0 : rest);
    }
    return least[number(entry)];
  }

  private long after(long[] least, int from, int pc) {
    int at = pc == Flow.NONE ? -1 : number(pc);
    return at > from ? least[at] : Long.MAX_VALUE;
  }

  private void relax(int[] least, int start, int pc, int count, int from) {
    int at = pc == Flow.NONE ? -1 : Arrays.binarySearch(pcs, pc) - start;
    if (at > from && at < least.length) {
      least[at] = Math.min(least[at], count);
    }
  }
}
