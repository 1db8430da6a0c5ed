package dev.skep.verifier.explore;

import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.cfg.ControlFlow;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.JumpHistory;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import org.jspecify.annotations.Nullable;

/**
 * Finds the numbers that a verdict depends on: from a use that needs an exact value it walks back
 * along the path and marks every register and stack slot that the value came from, in this path's
 * checkpoints. Where states are compared, numbers without the mark may differ.
 */
public final class Precision {

  /** In the history: a jump's first operand was a stack pointer. */
  static final int DST_IS_STACK = 1 << 10;

  /** In the history: a jump's second operand was a stack pointer. */
  static final int SRC_IS_STACK = 1 << 11;

  private static final int TAIL_CALL = 12;
  private static final int ARGUMENTS = 0b11_1110;

  private final Environment env;

  /** Wanted registers and slots per frame; {@code frame} is the one that is walked. */
  private final int[] regs = new int[VerifierState.MAX_FRAMES];

  private final long[] slots = new long[VerifierState.MAX_FRAMES];
  private int frame;
  private boolean changed;

  Precision(Environment env) {
    this.env = env;
  }

  /** The walk meets something that it does not follow: everything is marked. */
  private static final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported() {
      super(null, null, false, false);
    }
  }

  /** A register of the current state must be exact. */
  public void mark(int reg) {
    start(env.state);
    regs[frame] |= 1 << reg;
    walkBack(env.state, true);
  }

  /** A number spilled in the current state must be exact. */
  public void markSlot(int inFrame, int slot) {
    start(env.state);
    slots[inFrame] |= 1L << slot;
    walkBack(env.state, true);
  }

  /**
   * Numbers that are exact in a checkpoint must be exact in the state that was found equal to it.
   *
   * @return whether that was news
   */
  boolean propagate(VerifierState old, VerifierState current) {
    start(current);
    for (int f = old.currentFrame(); f >= 0; f--) {
      FrameState from = old.frame(f);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        if (from.regs[i].isScalar() && from.regs[i].precise()) {
          text.append(text.isEmpty() ? "frame " + f + ": propagating r" : ",r").append(i);
          regs[f] |= 1 << i;
        }
      }
      for (int i = 0; i < from.stack.length; i++) {
        if (from.stack[i].isSpilledScalar() && from.stack[i].spilled().precise()) {
          text.append(text.isEmpty() ? "frame " + f + ": propagating fp" : ",fp");
          text.append(-(i + 1) * StackSlot.BYTES);
          slots[f] |= 1L << i;
        }
      }
      if (!text.isEmpty()) {
        if (env.log.isDetailed()) {
          env.log.add(text.toString());
        }
        env.log.endLine();
      }
    }
    walkBack(current, true);
    return changed;
  }

  private void start(VerifierState from) {
    java.util.Arrays.fill(regs, 0);
    java.util.Arrays.fill(slots, 0);
    frame = from.currentFrame();
    changed = false;
  }

  private boolean isDone() {
    for (int f = 0; f <= frame; f++) {
      if (regs[f] != 0 || slots[f] != 0) {
        return false;
      }
    }
    return true;
  }

  private void walkBack(VerifierState from, boolean skipFirst) {
    if (isDone() || !env.profile.privileged()) {
      return;
    }
    try {
      walkBackStates(from, skipFirst);
    } catch (Unsupported e) {
      markEverything(from);
    }
  }

  private void walkBackStates(VerifierState from, boolean skipFirst) {
    VerifierState state = from;
    int first = state.firstPc;
    int last = state.pc;
    int following = -1;
    boolean skip = skipFirst;
    while (true) {
      if (env.log.isDetailed()) {
        env.log.add(
            "mark_precise: frame%d: last_idx %d first_idx %d subseq_idx %d \n"
                .formatted(frame, last, first, following));
      }
      if (last < 0) {
        markEntryArguments(state);
        return;
      }
      int history = state.history.size();
      int at = last;
      while (true) {
        if (skip) {
          skip = false;
        } else {
          boolean noted = history > 0 && state.history.pcAt(history - 1) == at;
          stepBack(at, following, noted ? state.history : null, history - 1);
        }
        if (isDone()) {
          return;
        }
        following = at;
        if (at == state.firstPc && (history == 0 || history == 1 && state.history.pcAt(0) == at)) {
          break;
        }
        if (history > 0 && state.history.pcAt(history - 1) == at) {
          at = state.history.previousAt(--history);
        } else {
          at--;
        }
        if (at < 0) {
          throw new Unsupported();
        }
      }
      VerifierState parent = state.parent;
      if (parent == null) {
        break;
      }
      state = parent;
      markIn(state);
      if (isDone()) {
        return;
      }
      following = first;
      last = state.lastPc;
      first = state.firstPc;
    }
    if (!isDone()) {
      markEverything(from);
    }
  }

  /** At a global function's or callback's entry only its arguments can be wanted. */
  private void markEntryArguments(VerifierState state) {
    FrameState entry = state.frame(0);
    for (int i = 1; i <= 5; i++) {
      if ((regs[0] & 1 << i) != 0 && entry.regs[i].isScalar()) {
        entry.regs[i] = entry.regs[i].withPrecise(true);
        changed = true;
      }
    }
  }

  private void markIn(VerifierState state) {
    for (int f = frame; f >= 0; f--) {
      FrameState in = state.frame(f);
      for (int i = 0; i < 10; i++) {
        if ((regs[f] & 1 << i) == 0) {
          continue;
        }
        Reg reg = in.regs[i];
        if (!reg.isScalar() || reg.precise()) {
          regs[f] &= ~(1 << i);
        } else {
          in.regs[i] = reg.withPrecise(true);
          changed = true;
        }
      }
      for (long rest = slots[f]; rest != 0; rest &= rest - 1) {
        int i = Long.numberOfTrailingZeros(rest);
        if (i >= in.stack.length
            || !in.stack[i].isSpilledScalar()
            || in.stack[i].spilled().precise()) {
          slots[f] &= ~(1L << i);
        } else {
          in.stack[i] = in.stack[i].withSpilled(in.stack[i].spilled().withPrecise(true));
          changed = true;
        }
      }
      if (env.log.isDetailed()) {
        env.log.add(
            "mark_precise: frame%d: parent state regs=%s stack=%s: "
                .formatted(f, regList(regs[f]), slotList(slots[f])));
        env.printState(state, f, true);
      }
    }
  }

  private void stepBack(int at, int following, @Nullable JumpHistory history, int entry) {
    RawInstruction raw = env.code.at(at);
    if (raw.opcode() == 0) {
      return;
    }
    if (env.log.isDetailed()) {
      env.log.add(
          "mark_precise: frame%d: regs=%s stack=%s before %d: %s\n"
              .formatted(frame, regList(regs[frame]), slotList(slots[frame]), at, env.listing(at)));
    }
    int flags = history == null ? 0 : history.flagsAt(entry);
    long linked = history == null ? 0 : history.linkedAt(entry);
    spreadLinked(linked);
    Instruction instruction = env.facts[at].instruction;
    if (instruction == null) {
      throw new Unsupported();
    }
    if (undo(instruction, at, following, flags)) {
      spreadLinked(linked);
    }
  }

  /** Returns false where the kernel stops early, before it spreads to linked registers again. */
  private boolean undo(Instruction instruction, int at, int following, int flags) {
    switch (instruction) {
      case Instruction.Alu alu -> {
        if (!isWanted(alu.dst())) {
          return false;
        }
        if (alu.op() == dev.skep.isa.AluOp.MOV) {
          clear(alu.dst());
        }
        if (alu.src() instanceof Operand.Reg(int src) && src != 10) {
          want(src);
        }
      }
      case Instruction.MoveSignExtend move -> {
        if (!isWanted(move.dst())) {
          return false;
        }
        clear(move.dst());
        if (move.src() != 10) {
          want(move.src());
        }
      }
      case Instruction.AddressSpaceCast cast -> {
        if (!isWanted(cast.dst())) {
          return false;
        }
        clear(cast.dst());
        want(cast.src());
      }
      case Instruction.Negate negate -> {
        return false;
      }
      case Instruction.ByteSwap swap -> {
        return false;
      }
      case Instruction.Load load -> {
        return undoLoad(load.dst(), flags);
      }
      case Instruction.LoadAcquire load -> {
        return undoLoad(load.dst(), flags);
      }
      case Instruction.Store store -> {
        return undoStore(
            store.dst(), store.src() instanceof Operand.Reg(int src) ? src : -1, flags);
      }
      case Instruction.StoreRelease store -> {
        return undoStore(store.dst(), store.src(), flags);
      }
      case Instruction.Atomic atomic -> {
        return undoStore(atomic.dst(), atomic.src(), flags);
      }
      case Instruction.LoadImmediate64 load -> clear(load.dst());
      case Instruction.LoadPacketAbsolute load -> {
        return undoPacketLoad();
      }
      case Instruction.LoadPacketIndirect load -> {
        return undoPacketLoad();
      }
      case Instruction.Jump jump -> {}
      case Instruction.LongJump jump -> {}
      case Instruction.MayGoto jump -> {}
      case Instruction.ConditionalJump jump -> {
        if (jump.src() instanceof Operand.Reg(int src)) {
          if (!isWanted(jump.dst()) && !isWanted(src)) {
            return false;
          }
          if ((flags & SRC_IS_STACK) == 0) {
            want(src);
          }
          if ((flags & DST_IS_STACK) == 0) {
            want(jump.dst());
          }
        }
      }
      case Instruction.CallLocal call -> {
        undoLocalCall(at + call.offset() + 1);
        return false;
      }
      case Instruction.CallHelper call -> {
        boolean goOn = undoCall(at, following);
        if (call.id() == TAIL_CALL && following - at != 1) {
          enterCallee();
        }
        return goOn;
      }
      case Instruction.CallKfunc call -> {
        return undoCall(at, following);
      }
      case Instruction.CallRegister call -> throw new Unsupported();
      case Instruction.Exit exit -> {
        undoExit(following);
        return false;
      }
    }
    return true;
  }

  private boolean undoPacketLoad() {
    if (isWanted(0)) {
      throw new Unsupported();
    }
    return false;
  }

  private boolean undoLoad(int dst, int flags) {
    if (!isWanted(dst)) {
      return false;
    }
    clear(dst);
    if ((flags & JumpHistory.STACK_ACCESS) == 0) {
      return false;
    }
    slots[JumpHistory.frameOf(flags)] |= 1L << JumpHistory.slotOf(flags);
    return true;
  }

  private boolean undoStore(int dst, int src, int flags) {
    if (isWanted(dst)) {
      throw new Unsupported();
    }
    if ((flags & JumpHistory.STACK_ACCESS) == 0) {
      return false;
    }
    int inFrame = JumpHistory.frameOf(flags);
    long slot = 1L << JumpHistory.slotOf(flags);
    if ((slots[inFrame] & slot) == 0) {
      return false;
    }
    slots[inFrame] &= ~slot;
    if (src >= 0) {
      want(src);
    }
    return true;
  }

  private void undoLocalCall(int target) {
    int callee = env.subprogramAt(target);
    if (callee >= 0 && env.subprograms.get(callee).global) {
      clear(0);
      return;
    }
    if ((regs[frame] & ~ARGUMENTS) != 0 || slots[frame] != 0 || frame == 0) {
      throw new Unsupported();
    }
    int arguments = regs[frame];
    regs[frame] = 0;
    frame--;
    regs[frame] |= arguments;
  }

  private boolean undoCall(int at, int following) {
    if (env.facts[at].callsCallback && at != following - 1) {
      int other = regs[frame] & ~ARGUMENTS;
      if (other != 0 && env.profile.version().isAtLeast(6, 18)) {
        // Its result when it left by a tail call; Linux has no answer to that.
        throw env.refuse(
            "EFAULT", "verifier bug: callback unexpected regs " + Integer.toHexString(other));
      }
      if (other != 0 || slots[frame] != 0 || frame == 0) {
        throw new Unsupported();
      }
      regs[frame] = 0;
      frame--;
      return false;
    }
    clear(0);
    if ((regs[frame] & ARGUMENTS) != 0) {
      throw new Unsupported();
    }
    return true;
  }

  private void undoExit(int following) {
    if (following >= 0 && env.facts[following].callsCallback) {
      regs[frame] &= ~ARGUMENTS;
    }
    if ((regs[frame] & ARGUMENTS) != 0) {
      throw new Unsupported();
    }
    boolean result =
        following > 0 && ControlFlow.isLocalCall(env.code.at(following - 1)) && isWanted(0);
    clear(0);
    enterCallee();
    if (result) {
      want(0);
    }
  }

  private void enterCallee() {
    if (frame + 1 >= VerifierState.MAX_FRAMES) {
      throw new Unsupported();
    }
    frame++;
  }

  private void spreadLinked(long packed) {
    if (packed == 0) {
      return;
    }
    LinkedRegisters linked = LinkedRegisters.unpack(packed);
    boolean any = false;
    for (var place : linked.places()) {
      any |=
          place.isReg()
              ? (regs[place.frame()] & 1 << place.index()) != 0
              : (slots[place.frame()] & 1L << place.index()) != 0;
    }
    if (any) {
      for (var place : linked.places()) {
        if (place.isReg()) {
          regs[place.frame()] |= 1 << place.index();
        } else {
          slots[place.frame()] |= 1L << place.index();
        }
      }
    }
  }

  /** Gives up on single marks: every number of every checkpoint above is exact. */
  void markEverything(VerifierState from) {
    if (env.log.isDetailed()) {
      env.log.add(
          "mark_precise: frame%d: falling back to forcing all scalars precise\n"
              .formatted(from.currentFrame()));
    }
    for (VerifierState state = from.parent; state != null; state = state.parent) {
      for (int f = 0; f <= state.currentFrame(); f++) {
        FrameState in = state.frame(f);
        for (int i = 0; i < 10; i++) {
          if (in.regs[i].isScalar() && !in.regs[i].precise()) {
            in.regs[i] = in.regs[i].withPrecise(true);
            changed = true;
            if (env.log.isDetailed()) {
              env.log.add("force_precise: frame%d: forcing r%d to be precise\n".formatted(f, i));
            }
          }
        }
        for (int i = 0; i < in.stack.length; i++) {
          StackSlot slot = in.stack[i];
          if (slot.isSpilledScalar() && !slot.spilled().precise()) {
            in.stack[i] = slot.withSpilled(slot.spilled().withPrecise(true));
            changed = true;
            if (env.log.isDetailed()) {
              env.log.add(
                  "force_precise: frame%d: forcing fp%d to be precise\n"
                      .formatted(f, -(i + 1) * StackSlot.BYTES));
            }
          }
        }
      }
    }
  }

  private boolean isWanted(int reg) {
    return (regs[frame] & 1 << reg) != 0;
  }

  private void want(int reg) {
    regs[frame] |= 1 << reg;
  }

  private void clear(int reg) {
    regs[frame] &= ~(1 << reg);
  }

  private static String regList(int mask) {
    StringBuilder text = new StringBuilder();
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      text.append(text.isEmpty() ? "r" : ",r").append(Integer.numberOfTrailingZeros(rest));
    }
    return text.toString();
  }

  private static String slotList(long mask) {
    StringBuilder text = new StringBuilder();
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      int slot = Long.numberOfTrailingZeros(rest);
      text.append(text.isEmpty() ? "" : ",").append(-(slot + 1) * StackSlot.BYTES);
    }
    return text.toString();
  }
}
