package dev.skep.verifier.check;

import dev.skep.catalog.SpecialField;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reg;

/** A pointer to a timer, workqueue or task work in a map's value ({@code process_timer_func}). */
final class MapFields {

  private MapFields() {}

  /** Refuses a pointer that does not point to the field. */
  static void check(Environment env, int number, Reg reg, SpecialField kind) {
    String name = kind.text();
    if (!reg.range().isConst()) {
      throw env.invalid(
          "R%d doesn't have constant offset. %s has to be at the constant offset"
              .formatted(number, name));
    }
    var map = reg.map();
    if (map.btf() == null) {
      throw env.invalid(
          "map '%s' has to have BTF in order to use %s".formatted(map.kernelName(), name));
    }
    ValueFields.Field field = env.fields.of(map).first(kind);
    if (field == null) {
      throw env.invalid("map '%s' has no valid %s".formatted(map.kernelName(), name));
    }
    long offset = reg.range().constantValue() + reg.off();
    if (offset != field.offset()) {
      throw env.invalid(
          "off %d doesn't point to 'struct %s' that is at %d"
              .formatted(offset, name, field.offset()));
    }
  }
}
