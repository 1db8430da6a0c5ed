package dev.skep.verifier.transfer;

import dev.skep.catalog.Behaviour;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.verifier.domain.BranchLogic;
import dev.skep.verifier.domain.BranchOutcome;
import dev.skep.verifier.domain.DomainRules;
import dev.skep.verifier.domain.Refined;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.JumpHistory;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;

/** Conditional jumps: which edges are alive, and what each teaches ({@code check_cond_jmp_op}). */
public final class Jumps {

  private final Path path;
  private final Environment env;
  private final PacketComparison packets;
  private final Speculation speculation;

  public Jumps(Path path) {
    this.path = path;
    this.env = path.env();
    this.packets = new PacketComparison();
    this.speculation = new Speculation(path);
  }

  /** Executes one and returns the next instruction on this path. */
  public int conditional(Instruction.ConditionalJump jump) {
    Reg left = path.read(jump.dst());
    int src = jump.src() instanceof Operand.Reg(int index) ? index : -1;
    Reg right = src >= 0 ? path.read(src) : Reg.constant(((Operand.Imm) jump.src()).value());
    checkComparable(src, left, right);
    noteStackPointers(left, right, src);
    int fallThrough = env.pc + 1;
    int target = fallThrough + jump.offset();
    BranchOutcome outcome = outcome(jump, left, right);
    if (outcome != BranchOutcome.UNKNOWN) {
      if (left.isScalar()) {
        path.markPrecise(jump.dst());
      }
      if (src >= 0 && right.isScalar()) {
        path.markPrecise(src);
      }
      boolean always = outcome == BranchOutcome.ALWAYS;
      speculation.otherEdge(jump, src, always ? fallThrough : target);
      env.printChanges();
      return always ? target : fallThrough;
    }
    BranchLinks links = BranchLinks.collect(path, jump.dst(), src);
    VerifierState taken = path.fork(target, env.pc);
    VerifierState here = env.state;
    if (left.isScalar() && right.isScalar()) {
      refine(jump, src, taken, here);
    }
    links.spread(taken, here);
    learnAboutPointers(jump, src, left, right, taken, here);
    env.printChanges();
    return fallThrough;
  }

  private void checkComparable(int src, Reg left, Reg right) {
    boolean packets = isPacketAny(left) && isPacketAny(right);
    if (src >= 0 && !packets && !right.isScalar() && !env.profile.privileged()) {
      throw env.deny("R" + src + " pointer comparison prohibited");
    }
  }

  private void noteStackPointers(Reg left, Reg right, int src) {
    int flags = 0;
    if (src >= 0 && right.type() == RegType.PTR_TO_STACK) {
      flags |= JumpHistory.SRC_IS_STACK;
    }
    if (left.type() == RegType.PTR_TO_STACK) {
      flags |= JumpHistory.DST_IS_STACK;
    }
    if (flags != 0) {
      path.noteHistory(flags, 0);
    }
  }

  private BranchOutcome outcome(Instruction.ConditionalJump jump, Reg left, Reg right) {
    if (isPacketAny(left) && isPacketAny(right) && jump.width() == Width.W64) {
      return packets.outcome(jump.op(), left, right);
    }
    if (left.isScalar() && right.isScalar()) {
      return BranchLogic.branchTaken(
          jump.width(), jump.op(), left.range(), right.range(), env.rules);
    }
    Reg pointer = left.isScalar() ? right : left;
    Reg number = left.isScalar() ? left : right;
    if (!number.isScalar()
        || !number.range().isConst(jump.width())
        || number.range().constantValue(jump.width()) != 0
        || !isNeverNull(pointer)) {
      return BranchOutcome.UNKNOWN;
    }
    return switch (jump.op()) {
      case JEQ -> BranchOutcome.NEVER;
      case JNE -> BranchOutcome.ALWAYS;
      default -> BranchOutcome.UNKNOWN;
    };
  }

  /** {@code reg_not_null}. */
  private static boolean isNeverNull(Reg reg) {
    if (reg.mayBeNull()) {
      return false;
    }
    return switch (reg.type()) {
      case PTR_TO_SOCKET,
          PTR_TO_TCP_SOCK,
          PTR_TO_MAP_VALUE,
          PTR_TO_MAP_KEY,
          PTR_TO_SOCK_COMMON,
          CONST_PTR_TO_MAP ->
          true;
      case PTR_TO_BTF_ID ->
          reg.refObjId() != 0
              || reg.has(dev.skep.verifier.state.TypeFlags.PTR_TRUSTED)
              || reg.has(dev.skep.verifier.state.TypeFlags.MEM_ALLOC);
      case PTR_TO_MEM -> !reg.has(dev.skep.verifier.state.TypeFlags.PTR_UNTRUSTED);
      default -> false;
    };
  }

  private static boolean isPacketAny(Reg reg) {
    return reg.type().isPacket() || reg.type() == RegType.PTR_TO_PACKET_END;
  }

  private void refine(
      Instruction.ConditionalJump jump, int src, VerifierState taken, VerifierState here) {
    refineEdge(jump, src, true, taken);
    refineEdge(jump, src, false, here);
  }

  private void refineEdge(
      Instruction.ConditionalJump jump, int src, boolean holds, VerifierState state) {
    Reg left = state.reg(jump.dst());
    if (src == jump.dst()) {
      ScalarRange same =
          BranchLogic.refineSame(jump.width(), jump.op(), holds, left.range(), env.rules);
      state.set(jump.dst(), left.withRange(same));
      return;
    }
    ScalarRange right =
        src >= 0
            ? state.reg(src).range()
            : ScalarRange.constant(((Operand.Imm) jump.src()).value());
    Refined refined =
        BranchLogic.refine(jump.width(), jump.op(), holds, left.range(), right, env.rules);
    if (env.rules != DomainRules.LINUX_6_1) {
      refined = refined.checked();
    }
    state.set(jump.dst(), left.withRange(refined.left()));
    if (src >= 0) {
      state.set(src, state.reg(src).withRange(refined.right()));
    }
  }

  private void learnAboutPointers(
      Instruction.ConditionalJump jump,
      int src,
      Reg left,
      Reg right,
      VerifierState taken,
      VerifierState here) {
    boolean equality = jump.op() == JumpOp.JEQ || jump.op() == JumpOp.JNE;
    boolean wide = jump.width() == Width.W64;
    VerifierState equal = jump.op() == JumpOp.JEQ ? taken : here;
    if (wide
        && equality
        && env.kernel.has(Behaviour.COMPARES_NULLNESS)
        && src >= 0
        && left.isPointer()
        && right.isPointer()
        && left.mayBeNull() != right.mayBeNull()
        && left.type() != RegType.PTR_TO_BTF_ID
        && right.type() != RegType.PTR_TO_BTF_ID) {
      int nullable = right.mayBeNull() ? src : jump.dst();
      equal.set(nullable, NullChecks.notNull(env, equal.reg(nullable)));
    }
    boolean againstZero = jump.src() instanceof Operand.Imm(int imm) && imm == 0;
    if (wide && equality && againstZero && left.mayBeNull()) {
      NullChecks.apply(env, here, jump.dst(), here == equal);
      NullChecks.apply(env, taken, jump.dst(), taken == equal);
      return;
    }
    boolean matched =
        wide && src >= 0 && packets.learn(jump.op(), jump.dst(), src, left, right, taken, here);
    if (!matched && left.isPointer() && !env.profile.privileged()) {
      throw env.deny("R" + jump.dst() + " pointer comparison prohibited");
    }
  }
}
