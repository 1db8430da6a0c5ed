package dev.skep.verifier.admission;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Behaviour;
import dev.skep.verifier.path.Environment;
import java.util.List;

/**
 * Types of the program's own that Linux refuses as a whole ({@code btf_parse_fields}). A loader
 * then goes on without types, and what needs them is refused.
 */
public final class RefusedTypes {

  private RefusedTypes() {}

  /** An object that is in a list and in a tree has two owners, and must count them. */
  public static void check(Environment env) {
    Btf btf = env.program.btf();
    if (btf == null
        || !env.kernel.has(Behaviour.REFUSES_NODES_OF_TWO_OWNERS)
        || btf.findStruct("bpf_rb_node").isEmpty()) {
      return;
    }
    for (int id = 1; id < btf.typeCount(); id++) {
      if (btf.type(id) instanceof BtfType.Struct struct && !struct.union()) {
        List<String> members =
            struct.members().stream().map(m -> btf.resolved(m.type()).name()).toList();
        if (members.contains("bpf_list_node")
            && members.contains("bpf_rb_node")
            && !members.contains("bpf_refcount")) {
          throw env.notModelled(
              "types that Linux refuses: struct "
                  + struct.name()
                  + " is a node of lists and of trees, and has no bpf_refcount");
        }
      }
    }
  }
}
