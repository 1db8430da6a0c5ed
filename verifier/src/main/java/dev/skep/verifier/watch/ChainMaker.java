package dev.skep.verifier.watch;

import dev.skep.verifier.observe.Event;
import dev.skep.verifier.observe.Observer;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the links of one precision chain after the other. */
final class ChainMaker {

  private final Observer observer;
  private final List<Event.Link> links = new ArrayList<>();
  private List<Event.Wanted> wanted = List.of();
  private Event.Cause cause = Event.Cause.USE;
  private int path;
  private int pc;

  /** The kept state in which marks are being made, frame by frame. */
  private @Nullable VerifierState marking;

  private boolean forcing;

  /** Marks in it, by frame. */
  private final int[] registers = new int[VerifierState.MAX_FRAMES];

  private final long[] slots = new long[VerifierState.MAX_FRAMES];

  ChainMaker(Observer observer) {
    this.observer = observer;
  }

  void start(VerifierState from, Event.Cause why, int frame, int[] wantedRegs, long[] wantedSlots) {
    links.clear();
    cause = why;
    path = from.number;
    pc = from.pc;
    wanted = byFrame(frame, wantedRegs, wantedSlots);
  }

  void over(int at, int frame, int wantedRegs, long wantedSlots) {
    flush();
    links.add(new Event.Link.Over(at, new Event.Wanted(frame, wantedRegs, wantedSlots)));
  }

  void marks(VerifierState state, boolean forced, int frame, int markedRegs, long markedSlots) {
    if (state != marking || forced != forcing) {
      flush();
      marking = state;
      forcing = forced;
    }
    registers[frame] |= markedRegs;
    slots[frame] |= markedSlots;
  }

  private void flush() {
    VerifierState state = marking;
    if (state == null) {
      return;
    }
    List<Event.Wanted> marked = byFrame(VerifierState.MAX_FRAMES - 1, registers, slots);
    links.add(
        forcing
            ? new Event.Link.Forced(state.number, state.pc, marked)
            : new Event.Link.Marked(state.number, state.pc, marked));
    Arrays.fill(registers, 0);
    Arrays.fill(slots, 0);
    marking = null;
  }

  void end() {
    flush();
    observer.on(new Event.PrecisionChain(path, pc, cause, wanted, List.copyOf(links)));
  }

  private static List<Event.Wanted> byFrame(int top, int[] registers, long[] slots) {
    List<Event.Wanted> all = new ArrayList<>();
    for (int f = top; f >= 0; f--) {
      if (registers[f] != 0 || slots[f] != 0) {
        all.add(new Event.Wanted(f, registers[f], slots[f]));
      }
    }
    return List.copyOf(all);
  }
}
