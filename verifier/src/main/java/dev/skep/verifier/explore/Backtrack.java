package dev.skep.verifier.explore;

import dev.skep.catalog.Behaviour;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.JumpHistory;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.transfer.LinkedRegisters;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The registers and stack slots whose exact value is wanted at one place of a path, and what is
 * wanted before each instruction for that ({@code struct backtrack_state}, {@code backtrack_insn}).
 */
final class Backtrack {

  private static final int TAIL_CALL = 12;
  private static final int ARGUMENTS = 0b11_1110;

  private final Environment env;

  /** Wanted registers per frame, as bits. */
  final int[] regs = new int[VerifierState.MAX_FRAMES];

  /** Wanted stack slots per frame, as bits. */
  final long[] slots = new long[VerifierState.MAX_FRAMES];

  /** The frame that is walked. */
  int frame;

  Backtrack(Environment env) {
    this.env = env;
  }

  /** The walk meets something that it does not follow: everything is marked. */
  static final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported() {
      super(null, null, false, false);
    }
  }

  /** Nothing is wanted yet. */
  void start(int inFrame) {
    Arrays.fill(regs, 0);
    Arrays.fill(slots, 0);
    frame = inFrame;
  }

  /** Whether nothing is wanted any more. */
  boolean isDone() {
    for (int f = 0; f <= frame; f++) {
      if (regs[f] != 0 || slots[f] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Goes back over one instruction: what its result came from is wanted instead. */
  void stepBack(int at, int following, @Nullable JumpHistory history, int entry) {
    RawInstruction raw = env.code.at(at);
    if (raw.opcode() == 0) {
      return;
    }
    if (env.watched) {
      env.watcher.chainStep(frame, regs[frame], slots[frame], at);
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
          if ((flags & JumpHistory.SRC_IS_STACK) == 0) {
            want(src);
          }
          if ((flags & JumpHistory.DST_IS_STACK) == 0) {
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
      if (other != 0 && env.kernel.has(Behaviour.LEAVES_BY_TAIL_CALLS)) {
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

  private boolean isWanted(int reg) {
    return (regs[frame] & 1 << reg) != 0;
  }

  private void want(int reg) {
    regs[frame] |= 1 << reg;
  }

  private void clear(int reg) {
    regs[frame] &= ~(1 << reg);
  }
}
