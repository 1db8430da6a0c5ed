package dev.skep.verifier.path;

import dev.skep.isa.Instruction;
import dev.skep.object.MapSpec;
import dev.skep.verifier.state.Reg;
import org.jspecify.annotations.Nullable;

/** What is kept about one instruction: {@code struct bpf_insn_aux_data}. */
public final class InstructionFacts {

  /** Decoded form; null for a slot that no instruction has, and for a wide load's second slot. */
  public @Nullable Instruction instruction;

  /** A place where states are compared. */
  public boolean prunePoint;

  /** A place where a state is always kept. */
  public boolean forceCheckpoint;

  /** A place that is reached by something else than falling through. */
  public boolean jumpPoint;

  /** A place that some instruction jumps to. */
  public boolean jumpTarget;

  public boolean isIteratorNext;

  public boolean callsCallback;

  /** No call of {@code bpf_loop} here was walked yet. */
  public static final int LOOP_UNSEEN = 0;

  /** All calls of {@code bpf_loop} here can be inlined. */
  public static final int LOOP_FITS = 1;

  /** Some call of {@code bpf_loop} here cannot be inlined. */
  public static final int LOOP_STAYS = 2;

  /** Whether a call of {@code bpf_loop} will be inlined: one of the constants above. */
  public int loopInlining;

  /** The callback of that call. */
  public int loopCallback;

  /** Whether any path reached it. */
  public boolean seen;

  /** A spill or fill around a call that may be inlined. */
  public boolean fastCallPattern;

  /** Pairs of spills and fills around this call that are removed. */
  public int fastCallSpills;

  /** Strongly connected component, 0 if it is in no loop. */
  public int scc;

  /** Registers that may be read at or after it, as bits. */
  public int liveRegsBefore;

  /** How a sum is masked against speculation, and by how much at most; 0 if it is not. */
  public int aluState;

  public int aluLimit;

  /** A barrier against speculation comes before it. */
  public boolean nospec;

  /** A barrier against speculation comes after it. */
  public boolean nospecResult;

  /** The map of the first call of a helper here. */
  public @Nullable MapSpec map;

  /** Whether calls of a helper here had different maps. */
  public boolean mapsDiffer;

  /** The first pointer that a memory access used, to refuse mixed kinds. */
  public @Nullable Reg pointer;
}
