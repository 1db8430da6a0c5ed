package dev.skep.verifier.transfer;

import dev.skep.catalog.Behaviour;
import dev.skep.isa.Width;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.List;

/**
 * Registers and spilled registers that hold the same unknown number, or one at a fixed distance:
 * what a branch teaches about one holds for all.
 *
 * @param places at most {@link #MAX}
 */
public record LinkedRegisters(List<Place> places) {

  /** {@code LINKED_REGS_MAX}. */
  static final int MAX = 6;

  private static final int PLACE_BITS = 10;

  /** A register, or a stack slot, of a frame. */
  public record Place(int frame, boolean isReg, int index) {

    Reg read(VerifierState state) {
      FrameState in = state.frame(frame);
      return isReg ? in.regs[index] : in.stack[index].spilled();
    }

    void write(VerifierState state, Reg value) {
      FrameState in = state.frame(frame);
      if (isReg) {
        in.regs[index] = value;
      } else {
        in.stack[index] = in.stack[index].withSpilled(value);
      }
    }
  }

  /** All places that share an id, in the kernel's order; the ones beyond {@link #MAX} lose it. */
  static void collect(Environment env, VerifierState state, int id, List<Place> found) {
    int wanted = id & ~Reg.ADD_CONST;
    for (int f = state.currentFrame(); f >= 0; f--) {
      FrameState frame = state.frame(f);
      int live = env.facts[state.framePc(f)].liveRegsBefore;
      for (int i = 0; i < 10; i++) {
        if ((live & 1 << i) != 0) {
          consider(found, state, frame.regs[i], wanted, new Place(f, true, i));
        }
      }
      for (int i = 0; i < frame.stack.length; i++) {
        boolean whole = frame.stack[i].type(0) == StackSlot.SPILL;
        if (frame.stack[i].isSpilled()
            && (whole || env.kernel.has(Behaviour.LINKS_PARTIAL_SPILLS))) {
          consider(found, state, frame.stack[i].spilled(), wanted, new Place(f, false, i));
        }
      }
    }
  }

  private static void consider(
      List<Place> found, VerifierState state, Reg reg, int id, Place place) {
    if (!reg.isScalar() || (reg.id() & ~Reg.ADD_CONST) != id) {
      return;
    }
    if (found.size() < MAX) {
      found.add(place);
    } else {
      place.write(state, reg.unlinked());
    }
  }

  /** All in one number, for the history: a count and ten bits each. */
  long pack() {
    long packed = 0;
    for (int i = places.size() - 1; i >= 0; i--) {
      Place place = places.get(i);
      packed =
          packed << PLACE_BITS
              | (place.isReg() ? 1L << 9 : 0)
              | (long) place.index() << 3
              | place.frame();
    }
    return packed << 4 | places.size();
  }

  public static LinkedRegisters unpack(long packed) {
    int count = (int) packed & 0xf;
    List<Place> places = new ArrayList<>(count);
    long rest = packed >>> 4;
    for (int i = 0; i < count; i++) {
      places.add(new Place((int) rest & 7, (rest & 1L << 9) != 0, (int) (rest >>> 3) & 0x3f));
      rest >>>= PLACE_BITS;
    }
    return new LinkedRegisters(places);
  }

  /** Carries what is now known about one place over to all others ({@code sync_linked_regs}). */
  void spread(Environment env, VerifierState state, Reg known) {
    for (Place place : places) {
      Reg reg = place.read(state);
      if (!reg.isScalar() || reg == known) {
        continue;
      }
      if ((reg.id() & ~Reg.ADD_CONST) != (known.id() & ~Reg.ADD_CONST)) {
        continue;
      }
      boolean sameDistance =
          (reg.id() & Reg.ADD_CONST) == 0 && (known.id() & Reg.ADD_CONST) == 0
              || reg.off() == known.off();
      Reg updated;
      if (sameDistance) {
        updated = known; // a distance of 0 comes along too
      } else {
        int distance = (reg.id() & Reg.ADD_CONST) == 0 ? 0 : reg.off();
        int from = (known.id() & Reg.ADD_CONST) == 0 ? 0 : known.off();
        Width width = ((reg.id() | known.id()) & Reg.ADD_CONST32) != 0 ? Width.W32 : Width.W64;
        var moved = known.range().linkedSum(width, distance - from, env.rules);
        updated = reg.withRange(moved).withPrecise(known.precise());
      }
      place.write(state, updated);
    }
  }
}
