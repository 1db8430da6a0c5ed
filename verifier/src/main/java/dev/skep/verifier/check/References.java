package dev.skep.verifier.check;

import dev.skep.catalog.SpecialField;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;

/** References that a program owns: acquired, released, or handed to a list or tree. */
final class References {

  private References() {}

  /** A new reference; returns its id ({@code acquire_reference}). */
  static int acquire(Environment env) {
    int id = env.newId();
    env.state.references.add(new Reference(Reference.Kind.PTR, id, env.pc, null));
    return id;
  }

  /**
   * Gives a reference back; nothing stands for it any more ({@code release_reference}).
   *
   * @return whether it was held
   */
  static boolean release(Environment env, int id) {
    if (!drop(env.state, id)) {
      return false;
    }
    Reg gone = Calls.invalid(env);
    env.state.replaceAll(reg -> reg.refObjId() == id ? gone : reg);
    return true;
  }

  /** Takes a reference off the list without a look at registers. */
  static boolean drop(VerifierState state, int id) {
    if (id == 0) {
      return false;
    }
    return state.references.removeIf(r -> r.kind() == Reference.Kind.PTR && r.id() == id);
  }

  /** What held a reference now borrows from a list or tree ({@code NON_OWN_REF}). */
  static void convertToNonOwning(Environment env, int id) {
    env.state.replaceAll(reg -> reg.refObjId() == id ? nonOwning(env, reg.withRefObjId(0)) : reg);
  }

  /** A pointer that does not own its object ({@code ref_set_non_owning}). */
  static Reg nonOwning(Environment env, Reg reg) {
    int flags = reg.flags() | TypeFlags.NON_OWN_REF;
    if (env.fields.of(reg).has(SpecialField.REFCOUNT)) {
      flags |= TypeFlags.MEM_RCU;
    }
    return reg.withFlags(flags);
  }

  /** After an unlock no borrowed pointer is valid ({@code invalidate_non_owning_refs}). */
  static void invalidateNonOwning(Environment env) {
    Reg gone = Calls.invalid(env);
    env.state.replaceAll(reg -> reg.isNonOwning() ? gone : reg);
  }

  /** {@code in_rcu_cs}: kernel objects do not go away here. */
  static boolean inRcuSection(Environment env) {
    return env.state.activeRcuLocks > 0 || env.state.activeLocks > 0 || !env.state.inSleepable;
  }
}
