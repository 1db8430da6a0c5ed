package dev.skep.verifier.explore;

import dev.skep.verifier.cfg.ControlFlow;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which stack slots may still be read, per call chain and instruction (Linux 6.18).
 *
 * <p>While paths are walked, reads and sure writes of whole slots are noted for each instruction
 * and chain of calls. A slot is live before an instruction if some path from it reads the slot
 * before writing it. Dead slots of a checkpoint are dropped before it is compared, so that they
 * cannot keep paths apart. The live sets are the usual backwards data flow over what was noted,
 * computed anew when a question comes after something new was noted.
 */
public final class StackLiveness {

  /** A subprogram as reached by one chain of calls. */
  private static final class Instance {
    final int[] chain;
    final int start;
    final int size;
    final long[][] reads = new long[VerifierState.MAX_FRAMES][];
    final long[][] writes = new long[VerifierState.MAX_FRAMES][];
    final long[][] live = new long[VerifierState.MAX_FRAMES][];
    final boolean[] written;
    boolean stale = true;

    Instance(int[] chain, int start, int size) {
      this.chain = chain;
      this.start = start;
      this.size = size;
      this.written = new boolean[size];
    }

    int depth() {
      return chain.length - 1;
    }

    long[] reads(int frame) {
      if (reads[frame] == null) {
        reads[frame] = new long[size];
      }
      return reads[frame];
    }

    long[] writes(int frame) {
      if (writes[frame] == null) {
        writes[frame] = new long[size];
      }
      return writes[frame];
    }
  }

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
  private final Map<Chain, Instance> instances = new HashMap<>();
  private final long[] pendingWrites = new long[VerifierState.MAX_FRAMES];
  private @Nullable Instance current;
  private boolean stale;

  StackLiveness(Environment env) {
    this.env = env;
  }

  /** The walk went on to another path or frame. */
  public void frameChanged() {
    current = null;
  }

  /** Some byte of the slots is read by the instruction at hand. */
  public void read(int frame, int pc, long slots) {
    Instance instance = currentInstance();
    int index = pc - instance.start;
    long[] reads = instance.reads(frame);
    if ((reads[index] | slots) != reads[index]) {
      reads[index] |= slots;
      instance.stale = true;
      stale = true;
    }
  }

  /** The instruction at hand surely writes the slots as a whole. */
  public void write(int frame, long slots) {
    pendingWrites[frame] |= slots;
  }

  /** Starts an instruction, and says where it is noted: for {@link #end}. */
  Object begin() {
    Arrays.fill(pendingWrites, 0);
    return currentInstance();
  }

  /** Ends it: what it wrote on every visit so far is what it surely writes. */
  void end(int pc, @Nullable Object startedIn) {
    if (!(startedIn instanceof Instance instance)) {
      return;
    }
    int index = pc - instance.start;
    for (int frame = 0; frame <= instance.depth(); frame++) {
      long mask = pendingWrites[frame];
      if (mask == 0 && !instance.written[index]) {
        continue;
      }
      long[] writes = instance.writes(frame);
      long sure = instance.written[index] ? writes[index] & mask : mask;
      if (sure != writes[index]) {
        writes[index] = sure;
        instance.stale = true;
        stale = true;
      }
    }
    instance.written[index] = true;
  }

  private Instance currentInstance() {
    Instance instance = current;
    if (instance == null) {
      instance = instanceOf(env.state, env.state.currentFrame());
      current = instance;
    }
    return instance;
  }

  private Instance instanceOf(VerifierState state, int frame) {
    int[] sites = new int[frame + 1];
    for (int i = 0; i < frame; i++) {
      sites[i] = state.frame(i + 1).callsite;
    }
    var sub = env.subprograms.get(state.frame(frame).subprogram);
    sites[frame] = sub.start;
    return instances.computeIfAbsent(
        new Chain(sites), c -> new Instance(c.sites, sub.start, sub.end - sub.start));
  }

  /** Slots of a frame that may be read from a checkpoint on, as bits. */
  long liveSlots(VerifierState checkpoint, int frame) {
    if (stale) {
      propagate();
    }
    int top = checkpoint.currentFrame();
    long live = liveBefore(instanceOf(checkpoint, top), frame, checkpoint.pc);
    for (int i = frame; i < top; i++) {
      int after = checkpoint.frame(i + 1).callsite + 1;
      live |= liveBefore(instanceOf(checkpoint, i), frame, after);
    }
    return live;
  }

  private static long liveBefore(Instance instance, int frame, int pc) {
    long[] live = instance.live[frame];
    int index = pc - instance.start;
    return live == null || index >= live.length ? 0 : live[index];
  }

  private void propagate() {
    List<Instance> deepestFirst = new ArrayList<>(instances.values());
    deepestFirst.sort(Comparator.comparingInt(Instance::depth).reversed());
    for (Instance instance : deepestFirst) {
      if (instance.stale) {
        instance.stale = false;
        flow(instance);
        reportToCaller(instance);
      }
    }
    stale = false;
  }

  /** Backwards data flow inside one instance, for each frame that it can reach. */
  private void flow(Instance instance) {
    int[] next = new int[2];
    for (int frame = 0; frame <= instance.depth(); frame++) {
      long[] reads = instance.reads[frame];
      if (reads == null) {
        continue;
      }
      long[] writes = instance.writes(frame);
      long[] live = new long[instance.size];
      boolean changed = true;
      while (changed) {
        changed = false;
        for (int i = instance.size - 1; i >= 0; i--) {
          int count = ControlFlow.successors(env.code, instance.start + i, next);
          long after = 0;
          for (int s = 0; s < count; s++) {
            int index = next[s] - instance.start;
            if (index >= 0 && index < instance.size) {
              after |= live[index];
            }
          }
          long before = (after & ~writes[i]) | reads[i];
          if (before != live[i]) {
            live[i] = before;
            changed = true;
          }
        }
      }
      instance.live[frame] = live;
    }
  }

  /** What a callee may read of its callers' stacks, the call reads. */
  private void reportToCaller(Instance instance) {
    int depth = instance.depth();
    if (depth == 0) {
      return;
    }
    int[] sites = Arrays.copyOf(instance.chain, depth);
    int callsite = sites[depth - 1];
    sites[depth - 1] = env.subprograms.get(env.subprogramOf(callsite)).start;
    Instance caller = instances.get(new Chain(sites));
    if (caller == null) {
      return;
    }
    for (int frame = 0; frame < depth; frame++) {
      long live = instance.live[frame] == null ? 0 : instance.live[frame][0];
      long[] reads = caller.reads(frame);
      int index = callsite - caller.start;
      if ((reads[index] | live) != reads[index]) {
        reads[index] |= live;
        caller.stale = true;
      }
    }
  }
}
