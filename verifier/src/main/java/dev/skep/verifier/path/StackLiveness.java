package dev.skep.verifier.path;

import dev.skep.isa.ControlFlow;
import dev.skep.verifier.state.VerifierState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which stack slots may still be read, per call chain and instruction (Linux 6.18, {@code
 * kernel/bpf/liveness.c}).
 *
 * <p>While paths are walked, reads and sure writes of whole slots are noted for each instruction
 * and chain of calls. A slot is live before an instruction if some path from it reads the slot
 * before writing it. Dead slots of a checkpoint are dropped before it is compared, so that they
 * cannot keep paths apart. At the end of each path and of each subprogram the usual backwards data
 * flow is brought up to date with what was noted; what a callee does with its callers' stacks is
 * then noted for the call.
 */
public final class StackLiveness {

  /** A chain of calls as a key. */
  private static final class Chain {
    final int[] sites;

    Chain(int[] sites) {
      this.sites = sites;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Chain other && Arrays.equals(other.sites, sites);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(sites);
    }
  }

  private final Environment env;
  private final Map<Chain, StackUse> uses = new HashMap<>();
  private final long[] pendingWrites = new long[VerifierState.MAX_FRAMES];
  private final int[] next = new int[2];
  private @Nullable StackUse current;

  StackLiveness(Environment env) {
    this.env = env;
  }

  /** The walk went on to another path or frame. */
  public void frameChanged() {
    current = null;
  }

  /** Some byte of the slots is read by the instruction at hand. */
  public void read(int frame, int pc, long slots) {
    currentUse().read(frame, pc, slots);
  }

  /** The instruction at hand surely writes the slots as a whole. */
  public void write(int frame, long slots) {
    pendingWrites[frame] |= slots;
  }

  /** Starts an instruction. */
  public void begin() {
    Arrays.fill(pendingWrites, 0);
    currentUse();
  }

  /** Ends it. A call or a return has left the frame: its writes are noted with the callee's. */
  public void end(int pc) {
    if (current != null) {
      current.write(pc, pendingWrites);
    }
  }

  private StackUse currentUse() {
    StackUse use = current;
    if (use == null) {
      use = useOf(env.state, env.state.currentFrame());
      current = use;
    }
    return use;
  }

  private StackUse useOf(VerifierState state, int frame) {
    int[] sites = new int[frame + 1];
    for (int i = 0; i < frame; i++) {
      sites[i] = state.frame(i + 1).callsite;
    }
    Subprogram sub = env.subprograms.get(state.frame(frame).subprogram);
    sites[frame] = sub.start;
    return useOf(sites, sub);
  }

  private StackUse useOf(int[] sites, Subprogram sub) {
    return uses.computeIfAbsent(
        new Chain(sites), c -> new StackUse(c.sites, sub.start, sub.end - sub.start));
  }

  /** Slots of a frame that may be read from a checkpoint on, as bits. */
  public long liveSlots(VerifierState checkpoint, int frame) {
    int top = checkpoint.currentFrame();
    long live = useOf(checkpoint, top).live(frame, checkpoint.pc);
    for (int i = frame; i < top; i++) {
      int site = checkpoint.frame(i + 1).callsite;
      boolean again = env.facts[site].callsCallback;
      live |= useOf(checkpoint, i).live(frame, again ? site : site + 1);
    }
    return live;
  }

  /** At the end of a path or a subprogram: what was noted along the calls at hand takes effect. */
  public void update() {
    frameChanged();
    for (int frame = env.state.currentFrame(); frame >= 0; frame--) {
      StackUse use = useOf(env.state, frame);
      if (use.updated) {
        flow(use, env.subprograms.get(env.state.frame(frame).subprogram));
        use.updated = false;
      }
    }
  }

  private void flow(StackUse use, Subprogram sub) {
    use.forgetDroppedWrites();
    int rounds = 0;
    boolean changed = true;
    while (changed) {
      changed = false;
      rounds++;
      for (int frame = 0; frame <= use.depth(); frame++) {
        StackUse.Slots slots = use.slots(frame);
        if (slots != null) {
          for (int pc : sub.postOrder) {
            changed |= flow(use, slots, frame, pc);
          }
        }
      }
    }
    if (env.log.isDetailed()) {
      env.log.add(chainText(use) + " live stack update done in " + rounds + " iterations\n");
    }
    if (use.depth() > 0) {
      reportToCaller(use);
    }
  }

  private boolean flow(StackUse use, StackUse.Slots slots, int frame, int pc) {
    int count = ControlFlow.successors(env.code, pc, next);
    if (count == 0) {
      return false;
    }
    int index = pc - use.start;
    long liveAfter = 0;
    long written = -1;
    for (int i = 0; i < count; i++) {
      liveAfter |= slots.live[next[i] - use.start];
      written &= slots.writtenFrom[next[i] - use.start];
    }
    written |= slots.mustWrite[index];
    long live = (liveAfter & ~slots.mustWrite[index]) | slots.mayRead[index];
    boolean changed = live != slots.live[index] || written != slots.writtenFrom[index];
    if (changed && env.log.isDetailed()) {
      boolean told =
          slots.mayRead[index] != 0
              || slots.mustWrite[index] != 0
              || pc == use.start
              || env.facts[pc].prunePoint;
      if (told) {
        printChange(use, "live", frame, pc, slots.live[index], live);
        printChange(use, "written", frame, pc, slots.writtenFrom[index], written);
      }
    }
    slots.live[index] = live;
    slots.writtenFrom[index] = written;
    return changed;
  }

  /** What a callee surely writes and may read of its callers' stacks, the call does. */
  private void reportToCaller(StackUse use) {
    int depth = use.depth();
    int[] sites = Arrays.copyOf(use.chain, depth);
    int callsite = sites[depth - 1];
    Subprogram outer = env.subprograms.get(env.subprogramOf(callsite));
    sites[depth - 1] = outer.start;
    StackUse caller = useOf(sites, outer);
    long[] written = new long[VerifierState.MAX_FRAMES];
    for (int frame = 0; frame < depth; frame++) {
      StackUse.Slots slots = use.slots(frame);
      if (slots != null) {
        written[frame] = slots.writtenFrom[0];
        caller.read(frame, callsite, slots.live[0]);
      }
    }
    caller.write(callsite, written);
  }

  private static String chainText(StackUse use) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < use.chain.length; i++) {
      text.append(i == 0 ? "" : ",").append(use.chain[i]);
    }
    return text.append(')').toString();
  }

  private void printChange(StackUse use, String what, int frame, int pc, long before, long after) {
    if (before == after) {
      return;
    }
    StringBuilder line = new StringBuilder(chainText(use));
    line.append(" frame ").append(frame).append(" insn ").append(pc).append(' ');
    long more = after & ~before;
    long less = before & ~after;
    if (more != 0) {
      line.append('+').append(what).append(' ').append(slotsText(more)).append(' ');
    }
    if (less != 0) {
      line.append('-').append(what).append(' ').append(slotsText(less));
    }
    env.log.add(line.append('\n').toString());
  }

  private static String slotsText(long mask) {
    StringBuilder text = new StringBuilder();
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      text.append(text.isEmpty() ? "-" : ",-").append((Long.numberOfTrailingZeros(rest) + 1) * 8);
    }
    return text.toString();
  }
}
