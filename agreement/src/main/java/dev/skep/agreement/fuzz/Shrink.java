package dev.skep.agreement.fuzz;

import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import java.util.function.Predicate;

/** Makes a program small that shows something. */
public final class Shrink {

  /** A jump to the next instruction, which does nothing. */
  private static final RawInstruction NOTHING = RawInstruction.of(0x05, 0, 0, 0, 0);

  private Shrink() {}

  /**
   * Replaces one instruction after the other by a jump to the next one, as long as it still shows.
   *
   * @param shows whether a smaller program still does what the first one did
   */
  public static Code of(Code code, Predicate<Code> shows) {
    RawInstruction[] slots = new RawInstruction[code.size()];
    for (int pc = 0; pc < slots.length; pc++) {
      slots[pc] = code.at(pc);
    }
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (int pc = 0; pc < slots.length; pc++) {
        RawInstruction first = slots[pc];
        if (isNothing(first)) {
          continue;
        }
        boolean wide = first.isWide() && pc + 1 < slots.length;
        RawInstruction second = wide ? slots[pc + 1] : NOTHING;
        slots[pc] = NOTHING;
        if (wide) {
          slots[pc + 1] = NOTHING;
        }
        if (shows.test(Code.of(slots.clone()))) {
          smaller = true;
          continue;
        }
        slots[pc] = first;
        if (wide) {
          slots[pc + 1] = second;
          pc++;
        }
      }
    }
    return Code.of(slots);
  }

  /** Whether it was taken out. */
  public static boolean isNothing(RawInstruction raw) {
    return raw.equals(NOTHING);
  }
}
