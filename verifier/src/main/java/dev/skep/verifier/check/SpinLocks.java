package dev.skep.verifier.check;

import dev.skep.catalog.SpecialField;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;
import org.jspecify.annotations.Nullable;

/** Spin locks and resilient spin locks ({@code process_spin_lock}). */
final class SpinLocks {

  private static final int MAX_ERRNO = 4095;

  private final Environment env;

  SpinLocks(Environment env) {
    this.env = env;
  }

  /** What holds the lock that a pointer reaches: the map, or the object's types. */
  static Object owner(Reg reg) {
    return reg.type() == RegType.PTR_TO_MAP_VALUE ? reg.map() : reg.btf();
  }

  /** Takes or gives back the lock that an argument points to. */
  void process(int number, Reg reg, boolean lock, Reference.Kind kind) {
    boolean resilient = kind != Reference.Kind.LOCK;
    String name = resilient ? "bpf_res_spin" : "bpf_spin";
    if (!reg.range().isConst()) {
      throw env.invalid(
          "R%d doesn't have constant offset. %s_lock has to be at the constant offset"
              .formatted(number, name));
    }
    @Nullable MapSpec map = reg.type() == RegType.PTR_TO_MAP_VALUE ? reg.map() : null;
    if (map != null && map.btf() == null) {
      throw env.invalid(
          "map '%s' has to have BTF in order to use %s_lock".formatted(map.kernelName(), name));
    }
    ValueFields.Field field =
        env.fields.of(reg).first(resilient ? SpecialField.RES_SPIN_LOCK : SpecialField.SPIN_LOCK);
    if (field == null) {
      throw env.invalid(
          "%s '%s' has no valid %s_lock"
              .formatted(
                  map == null ? "local" : "map", map == null ? "kptr" : map.kernelName(), name));
    }
    long offset = reg.range().constantValue() + reg.off();
    if (offset != field.offset()) {
      throw env.invalid(
          "off %d doesn't point to 'struct %s_lock' that is at %d"
              .formatted(offset, name, field.offset()));
    }
    if (lock) {
      take(reg, kind);
    } else {
      giveBack(reg, kind, name);
    }
  }

  private void take(Reg reg, Reference.Kind kind) {
    VerifierState state = env.state;
    Object owner = owner(reg);
    if (kind != Reference.Kind.LOCK && state.activeLocks > 0) {
      for (Reference held : state.references) {
        boolean resilient =
            held.kind() == Reference.Kind.RES_LOCK || held.kind() == Reference.Kind.RES_LOCK_IRQ;
        if (resilient && held.id() == reg.id() && held.owner() == owner) {
          throw env.invalid("Acquiring the same lock again, AA deadlock detected");
        }
      }
    }
    state.references.add(new Reference(kind, reg.id(), env.pc, owner));
    state.activeLocks++;
    state.activeLockId = reg.id();
    state.activeLockOwner = owner;
  }

  private void giveBack(Reg reg, Reference.Kind kind, String name) {
    VerifierState state = env.state;
    Object owner = owner(reg);
    if (state.activeLocks == 0) {
      throw env.invalid(name + "_unlock without taking a lock");
    }
    int at = -1;
    int previousId = 0;
    Object previousOwner = null;
    for (int i = 0; i < state.references.size() && at < 0; i++) {
      Reference held = state.references.get(i);
      if (held.kind() == kind && held.id() == reg.id() && held.owner() == owner) {
        at = i;
      } else if (held.kind().isLock()) {
        previousId = held.id();
        previousOwner = held.owner();
      }
    }
    if (at < 0) {
      throw env.invalid(name + "_unlock of different lock");
    }
    if (reg.id() != state.activeLockId || owner != state.activeLockOwner) {
      throw env.invalid(name + "_unlock cannot be out of order");
    }
    state.references.remove(at);
    state.activeLocks--;
    state.activeLockId = previousId;
    state.activeLockOwner = previousOwner;
    References.invalidateNonOwning(env);
  }

  /** Whether the path is in a callback that compares nodes, under the caller's lock. */
  static boolean inTreeCallback(Environment env) {
    VerifierState state = env.state;
    if (state.currentFrame() == 0 || !state.frame().inCallback) {
      return false;
    }
    String name = env.program.kfuncs().get(state.frame().callsite);
    return "bpf_rbtree_add_impl".equals(name);
  }

  /** The error that a resilient lock gives when it could not be taken. */
  Reg failure() {
    return Reg.scalar(
        ScalarRange.of(ScalarRange.UNKNOWN.varOff(), -MAX_ERRNO, -1, 0, -1, -MAX_ERRNO, -1, 0, -1)
            .sync(env.rules));
  }
}
