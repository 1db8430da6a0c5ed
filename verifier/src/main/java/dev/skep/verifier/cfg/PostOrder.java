package dev.skep.verifier.cfg;

import dev.skep.isa.Code;
import dev.skep.isa.ControlFlow;
import dev.skep.verifier.path.Subprogram;
import java.util.Arrays;

/**
 * The order in which data flows backwards through a subprogram with few repetitions: an instruction
 * comes after those that follow it, as far as loops allow.
 */
final class PostOrder {

  private static final byte DISCOVERED = 1;
  private static final byte EXPLORED = 2;

  private PostOrder() {}

  /** Sets {@link Subprogram#postOrder} of each subprogram. */
  static void compute(Code code, Iterable<Subprogram> subprograms) {
    byte[] marks = new byte[code.size()];
    // A slot is pushed when it is discovered, so once.
    int[] stack = new int[code.size() + 1];
    int[] order = new int[code.size()];
    int[] next = new int[2];
    for (Subprogram sub : subprograms) {
      int found = 0;
      int depth = 0;
      stack[depth++] = sub.start;
      marks[sub.start] |= DISCOVERED;
      while (depth > 0) {
        int top = stack[depth - 1];
        if ((marks[top] & EXPLORED) != 0) {
          order[found++] = top;
          depth--;
          continue;
        }
        int count = ControlFlow.successors(code, top, next);
        for (int i = 0; i < count; i++) {
          if (marks[next[i]] == 0) {
            marks[next[i]] = DISCOVERED;
            stack[depth++] = next[i];
          }
        }
        marks[top] |= EXPLORED;
      }
      sub.postOrder = Arrays.copyOf(order, found);
    }
  }
}
