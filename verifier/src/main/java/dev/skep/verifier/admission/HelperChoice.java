package dev.skep.verifier.admission;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.types.StructOps;
import org.jspecify.annotations.Nullable;

/**
 * Which helpers the program may use, by its type and what it is attached to ({@code
 * get_func_proto}).
 */
public final class HelperChoice {

  private HelperChoice() {}

  /** The prototype of a helper, null if the program cannot use it. */
  public static @Nullable HelperPrototype prototype(Environment env, int id) {
    AttachTarget target = env.attachTarget;
    if (target != null
        && StructOps.TCP.equals(target.struct())
        && target.name().equals("release")
        && Helpers.isSocketOption(id)) {
      // Setting another congestion control here would release the one at hand again.
      return null;
    }
    return Helpers.prototype(id, env.type(), env.attachType(), targetName(env));
  }

  /** What the catalog calls the attach target, null if helpers do not depend on it. */
  private static @Nullable String targetName(Environment env) {
    AttachTarget target = env.attachTarget;
    if (target == null) {
      return null;
    }
    return switch (env.type()) {
      case STRUCT_OPS -> target.struct();
      case LSM -> AttachCheck.hook(target.name());
      default ->
          env.attachType() == AttachType.TRACE_ITER && target.name().startsWith("bpf_iter_")
              ? target.name().substring("bpf_iter_".length())
              : null;
    };
  }
}
