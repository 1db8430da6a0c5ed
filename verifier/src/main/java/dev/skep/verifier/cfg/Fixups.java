package dev.skep.verifier.cfg;

import dev.skep.catalog.HelperId;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.InstructionFacts;

/**
 * What Linux finds only when it rewrites instructions of a program that is otherwise accepted
 * ({@code do_misc_fixups}).
 */
public final class Fixups {

  private final Environment env;

  public Fixups(Environment env) {
    this.env = env;
  }

  /** Looks at each instruction that a path reached, in the program's order. */
  public void check() {
    for (int pc = 0; pc < env.code.size(); pc++) {
      InstructionFacts facts = env.facts[pc];
      if (!facts.seen) {
        continue;
      }
      RawInstruction raw = env.code.at(pc);
      if (ControlFlow.isKfuncCall(raw) && raw.imm() == 0) {
        throw env.invalid("invalid kernel function call not eliminated in verifier pass");
      }
      boolean tailCall = ControlFlow.isHelperCall(raw) && raw.imm() == HelperId.TAIL_CALL;
      if (tailCall && facts.mapsDiffer && !env.profile.privileged()) {
        throw env.invalid("tail_call abusing map_ptr");
      }
    }
  }
}
