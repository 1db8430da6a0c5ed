package dev.skep.cli.kernel;

import dev.skep.catalog.ProgramType;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkInfo;
import dev.skep.kernel.info.LinkType;
import java.util.LinkedHashMap;
import java.util.Map;

/** A link's own fields under bpftool's names. */
final class LinkFields {

  private LinkFields() {}

  static Map<String, Object> of(Kernel kernel, LinkInfo info) {
    var fields = new LinkedHashMap<String, Object>();
    LinkType type = info.type();
    if (type == LinkType.TRACING && info.programId() != 0) {
      programType(kernel, info, fields);
    }
    fields.putAll(info.details());
    return fields;
  }

  /** What a tracing link's program is; other links have it in their attach type. */
  private static void programType(Kernel kernel, LinkInfo info, Map<String, Object> fields) {
    try (KernelProgram program = kernel.programById(info.programId())) {
      ProgramType programType = program.info().type();
      if (programType != null) {
        fields.put("prog_type", programType.kernelName());
      }
    } catch (KernelCallException e) {
      References.ignoreGone(e);
    }
  }
}
