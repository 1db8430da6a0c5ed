package dev.skep.verifier.transfer;

import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.List;

/** Copies of a jump's operands, which learn from each edge what the operands learn. */
public final class BranchLinks {

  private final Environment env;
  private final LinkedRegisters linked;
  private final int dst;
  private final int src;

  private BranchLinks(Environment env, LinkedRegisters linked, int dst, int src) {
    this.env = env;
    this.linked = linked;
    this.dst = dst;
    this.src = src;
  }

  /**
   * Finds them before the path splits, and notes them in its history.
   *
   * @param src the second operand's register, -1 for an immediate
   */
  public static BranchLinks collect(Path path, int dst, int src) {
    Environment env = path.env();
    List<LinkedRegisters.Place> places = new ArrayList<>();
    VerifierState state = env.state;
    if (src >= 0 && isLinked(state.reg(src))) {
      LinkedRegisters.collect(env, state, state.reg(src).id(), places);
    }
    if (isLinked(state.reg(dst))) {
      LinkedRegisters.collect(env, state, state.reg(dst).id(), places);
    }
    LinkedRegisters linked = new LinkedRegisters(places);
    if (places.size() > 1) {
      path.noteHistory(0, linked.pack());
    }
    return new BranchLinks(env, linked, dst, src);
  }

  private static boolean isLinked(Reg reg) {
    return reg.isScalar() && reg.id() != 0;
  }

  /** Carries over what both edges taught. */
  public void spread(VerifierState taken, VerifierState here) {
    if (src >= 0 && isLinked(here.reg(src))) {
      linked.spread(env, here, here.reg(src));
      linked.spread(env, taken, taken.reg(src));
    }
    if (isLinked(here.reg(dst))) {
      linked.spread(env, here, here.reg(dst));
      linked.spread(env, taken, taken.reg(dst));
    }
  }
}
