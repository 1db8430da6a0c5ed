package dev.skep.jit;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.AddressSpaceCast;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.Atomic;
import dev.skep.isa.Instruction.ByteSwap;
import dev.skep.isa.Instruction.CallHelper;
import dev.skep.isa.Instruction.CallKfunc;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.CallRegister;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Exit;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.LoadAcquire;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.Instruction.LoadPacketAbsolute;
import dev.skep.isa.Instruction.LoadPacketIndirect;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.Instruction.MayGoto;
import dev.skep.isa.Instruction.MoveSignExtend;
import dev.skep.isa.Instruction.Negate;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.Instruction.StoreRelease;
import dev.skep.isa.Operand;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether functions keep to the calling convention: a callee reads no other register of its caller
 * than r1 to r5 before it writes it, and a caller reads none of r1 to r5 after a local call.
 *
 * <p>Verified programs always do. Others may rely on what the reference does - registers are one
 * file, of which a call keeps r6 to r10 - so their calls pass all registers.
 */
final class Liveness {

  private static final int ARGUMENTS = 0b11_1110;
  private static final int SAVED = 0b11_1100_0000;
  private static final int RESULT = 1;
  private static final int ALL = 0x3ff;

  private final Map<Integer, Integer> entryReads = new HashMap<>();
  private boolean readsAfterCall;

  private Liveness() {}

  /**
   * Whether all the functions of a program keep to it; {@code main} may read anything, unless it is
   * called as a subprogram too.
   */
  static boolean conventional(Collection<Function> functions, int main) {
    Liveness liveness = new Liveness();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Function function : functions) {
        int reads = liveness.entryReads(function);
        changed |= !Integer.valueOf(reads).equals(liveness.entryReads.put(function.entry(), reads));
      }
    }
    boolean mainIsCalled =
        functions.stream().anyMatch(function -> function.calls().contains(main));
    for (Function function : functions) {
      int reads = liveness.entryReads.getOrDefault(function.entry(), 0);
      if ((function.entry() != main || mainIsCalled) && (reads & (RESULT | SAVED)) != 0) {
        return false;
      }
    }
    return !liveness.readsAfterCall;
  }

  private int entryReads(Function function) {
    Map<Integer, Integer> liveAtTargets = new HashMap<>();
    boolean changed = true;
    int live = 0;
    while (changed) {
      changed = false;
      int following = Flow.NONE;
      live = 0;
      for (int n = function.size() - 1; n >= 0; n--) {
        int pc = function.pc(n);
        Instruction instruction =
            pc < function.program().size() ? function.program().instruction(pc) : null;
        if (instruction == null) {
          live = 0;
        } else {
          int next = Flow.next(pc, instruction);
          int after = next == Flow.NONE ? 0 : next == following ? live : 0;
          int target = Flow.target(pc, instruction);
          if (target != Flow.NONE) {
            after |= liveAtTargets.getOrDefault(target, 0);
          }
          live = before(pc, instruction, after);
        }
        if (function.isTarget(pc)) {
          Integer old = liveAtTargets.put(pc, live);
          changed |= live != (old == null ? 0 : old);
        }
        following = pc;
      }
    }
    return liveAtTargets.getOrDefault(function.entry(), live);
  }

  private static int bit(int register) {
    return 1 << register & ALL;
  }

  private static int bit(Operand operand) {
    return operand instanceof Operand.Reg(int index) ? bit(index) : 0;
  }

  private static int arguments(int count) {
    return (1 << count + 1) - 2;
  }

  private int before(int pc, Instruction instruction, int after) {
    return switch (instruction) {
      case Alu(var _, var op, int dst, var src) ->
          after & ~bit(dst) | bit(src) | (op == AluOp.MOV ? 0 : bit(dst));
      case MoveSignExtend move -> after & ~bit(move.dst()) | bit(move.src());
      case Negate negate -> after | bit(negate.dst());
      case ByteSwap swap -> after | bit(swap.dst());
      case AddressSpaceCast cast -> after & ~bit(cast.dst()) | bit(cast.src());
      case Load load -> after & ~bit(load.dst()) | bit(load.src());
      case LoadAcquire load -> after & ~bit(load.dst()) | bit(load.src());
      case Store store -> after | bit(store.dst()) | bit(store.src());
      case StoreRelease store -> after | bit(store.dst()) | bit(store.src());
      case Atomic atomic ->
          after
              | bit(atomic.dst())
              | bit(atomic.src())
              | (atomic.op() == dev.skep.isa.AtomicOp.CMPXCHG ? RESULT : 0);
      case LoadPacketAbsolute _ -> after & ~(RESULT | ARGUMENTS);
      case LoadPacketIndirect load -> after & ~(RESULT | ARGUMENTS) | bit(load.src());
      case LoadImmediate64 load -> after & ~bit(load.dst());
      case Jump _, LongJump _, MayGoto _ -> after;
      case ConditionalJump jump -> after | bit(jump.dst()) | bit(jump.src());
      case CallHelper(int id) -> {
        HelperPrototype known = Helpers.byId(id);
        yield after & ~RESULT | arguments(known == null ? 5 : known.arguments().size());
      }
      case CallKfunc _ -> after & ~RESULT | ARGUMENTS;
      case CallRegister call -> after & ~RESULT | ARGUMENTS | bit(call.dst());
      case CallLocal call -> {
        readsAfterCall |= (after & ARGUMENTS) != 0;
        yield after & ~(RESULT | ARGUMENTS) | entryReads.getOrDefault(Flow.callee(pc, call), 0);
      }
      case Exit _ -> RESULT;
    };
  }
}
