package dev.skep.verifier.admission;

import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.SpecialField;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import java.util.List;

/** Whether a program may use a map at all ({@code check_map_prog_compatibility}). */
public final class MapUse {

  /** The fields that not every program may have, in the order in which the kernel asks. */
  private static final List<SpecialField> ASKED =
      List.of(
          SpecialField.LIST_HEAD,
          SpecialField.RB_ROOT,
          SpecialField.SPIN_LOCK,
          SpecialField.RES_SPIN_LOCK,
          SpecialField.TIMER,
          SpecialField.WORKQUEUE);

  private final Environment env;

  public MapUse(Environment env) {
    this.env = env;
  }

  /** Ends with a rejection if it may not. */
  public void check(MapSpec map) {
    ValueFields fields = env.fields.of(map);
    for (SpecialField field : ASKED) {
      String refusal = fields.has(field) ? field.refusedFor(env.type()) : null;
      if (refusal != null) {
        throw env.invalid(refusal);
      }
    }
    boolean sleepable = (env.program.flags() & ProgramSpec.F_SLEEPABLE) != 0;
    if (sleepable && !map.type().is(MapTrait.SLEEPABLE)) {
      throw env.invalid(
          "Sleepable programs can only use array, hash, ringbuf and local storage maps");
    }
  }

  /** Whether programs may not write to it. Linux makes all maps of devices so. */
  public static boolean isReadOnly(MapSpec map) {
    return map.has(MapFlag.RDONLY_PROG) || map.type().is(MapTrait.READ_ONLY);
  }
}
