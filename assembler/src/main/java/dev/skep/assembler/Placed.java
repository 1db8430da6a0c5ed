package dev.skep.assembler;

import dev.skep.assembler.Draft.Function;
import dev.skep.isa.Instruction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function's place in a program. */
final class Placed {
  final Function function;
  final List<Item> items;
  final int start;

  /** Slot of each item, and the end. */
  final int[] pcs;

  Placed(Function function, List<Item> items, int start) {
    this.function = function;
    this.items = items;
    this.start = start;
    this.pcs = new int[items.size() + 1];
    int pc = start;
    for (int i = 0; i < items.size(); i++) {
      pcs[i] = pc;
      pc += items.get(i).instruction().slots();
    }
    pcs[items.size()] = pc;
  }

  int end() {
    return pcs[items.size()];
  }

  @Nullable Integer pcOf(String label) {
    Integer index = function.labels.get(label);
    return index == null ? null : Integer.valueOf(pcs[Math.min(index, items.size())]);
  }

  /** {@code exit} as a jump's target means the last exit, if there is no such label. */
  @Nullable Integer lastExit() {
    for (int i = items.size() - 1; i >= 0; i--) {
      if (items.get(i).instruction() instanceof Instruction.Exit) {
        return pcs[i];
      }
    }
    return null;
  }
}
