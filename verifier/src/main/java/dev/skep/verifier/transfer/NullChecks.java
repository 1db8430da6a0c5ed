package dev.skep.verifier.transfer;

import dev.skep.catalog.SpecialField;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;

/** What a comparison with null teaches about a pointer and all its copies. */
final class NullChecks {

  private NullChecks() {}

  /** On one edge: the pointer in a register, and its copies, are null or are not. */
  static void apply(Environment env, VerifierState state, int number, boolean isNull) {
    Reg checked = state.reg(number);
    int id = checked.id();
    int reference = checked.refObjId();
    if (isNull && reference != 0 && reference == id) {
      state.references.removeIf(r -> r.id() == id);
    }
    state.replaceAll(reg -> learn(env, reg, id, isNull));
  }

  private static Reg learn(Environment env, Reg reg, int id, boolean isNull) {
    if (!reg.mayBeNull() || reg.id() != id) {
      return reg;
    }
    if (isNull) {
      return new Reg(RegType.SCALAR_VALUE, 0, 0, reg.range(), Detail.NONE, 0, 0, 0, false);
    }
    Reg known = notNull(env, reg);
    return env.fields.of(known).hasLock() ? known : known.withId(0);
  }

  /** The same pointer without the doubt. */
  static Reg notNull(Environment env, Reg reg) {
    int flags = reg.flags() & ~TypeFlags.PTR_MAYBE_NULL;
    if (reg.type() == RegType.PTR_TO_MAP_VALUE) {
      MapSpec map = reg.map();
      MapSpec inner = env.inner(map);
      if (inner != null) {
        ValueFields fields = env.fields.of(inner);
        boolean own = fields.has(SpecialField.TIMER) || fields.has(SpecialField.WORKQUEUE);
        int uid = own ? reg.id() : 0;
        return reg.withType(RegType.CONST_PTR_TO_MAP, flags, new Detail.OfMap(inner, uid));
      }
      // The map stays part of the pointer, so that sockets from elsewhere do not compare equal.
      return switch (map.type().lookupResult()) {
        case XDP_SOCKET -> reg.withType(RegType.PTR_TO_XDP_SOCK, flags, reg.detail());
        case SOCKET -> reg.withType(RegType.PTR_TO_SOCKET, flags, reg.detail());
        case VALUE, MAP, REFUSED -> reg.withFlags(flags);
      };
    }
    return reg.withFlags(flags);
  }
}
