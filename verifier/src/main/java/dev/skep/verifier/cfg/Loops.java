package dev.skep.verifier.cfg;

import dev.skep.isa.Code;
import dev.skep.isa.ControlFlow;
import dev.skep.verifier.path.InstructionFacts;

/**
 * Numbers the strongly connected components of each function's flow: the loops. An instruction that
 * is alone and does not jump to itself has number 0. Numbers follow the order in which Tarjan's
 * algorithm, started at each instruction in turn, closes components; the kernel's log shows them.
 */
final class Loops {

  private static final int CLOSED = Integer.MAX_VALUE;

  private final Code code;
  private final InstructionFacts[] facts;
  private final int[] order;
  private final int[] low;
  private final int[] open;
  private int opened;
  private int nextOrder = 1;
  private int nextNumber = 1;

  private Loops(Code code, InstructionFacts[] facts) {
    this.code = code;
    this.facts = facts;
    this.order = new int[code.size()];
    this.low = new int[code.size()];
    this.open = new int[code.size()];
  }

  /** Numbers all components and returns one more than the highest number. */
  static int number(Code code, InstructionFacts[] facts) {
    Loops loops = new Loops(code, facts);
    int[] path = new int[code.size()];
    for (int start = 0; start < code.size(); start++) {
      if (loops.order[start] == 0) {
        loops.walk(start, path);
      }
    }
    return loops.nextNumber;
  }

  private void walk(int start, int[] path) {
    int depth = 1;
    int[] next = new int[2];
    path[0] = start;
    while (depth > 0) {
      int at = path[depth - 1];
      if (order[at] == 0) {
        order[at] = nextOrder;
        low[at] = nextOrder++;
        open[opened++] = at;
      }
      int count = ControlFlow.successors(code, at, next);
      int unvisited = -1;
      boolean selfLoop = false;
      for (int i = 0; i < count && unvisited < 0; i++) {
        selfLoop |= next[i] == at;
        if (order[next[i]] == 0) {
          unvisited = next[i];
        } else {
          low[at] = Math.min(low[at], low[next[i]]);
        }
      }
      if (unvisited >= 0) {
        path[depth++] = unvisited;
        continue;
      }
      depth--;
      if (low[at] == order[at]) {
        close(at, selfLoop);
      }
    }
  }

  private void close(int root, boolean selfLoop) {
    boolean isLoop = selfLoop || open[opened - 1] != root;
    int member;
    do {
      member = open[--opened];
      low[member] = CLOSED;
      if (isLoop) {
        facts[member].scc = nextNumber;
      }
    } while (member != root);
    if (isLoop) {
      nextNumber++;
    }
  }
}
