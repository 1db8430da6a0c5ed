package dev.skep.cli.kernel;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code skep kernel OBJECT help}: an object's lines of the command's own help. */
final class KernelHelp {

  private static final String INDENT = "  ";

  private final CommandSpec spec;

  KernelHelp(CommandSpec spec) {
    this.spec = spec;
  }

  /** The lines about an object, and what its words are; of {@code help} all. */
  String of(String object) {
    if (object.equals("help")) {
      return spec.commandLine().getUsageMessage();
    }
    var lines = new ArrayList<String>();
    boolean wanted = false;
    for (String line : List.of(spec.usageMessage().description())) {
      boolean begins = line.startsWith(INDENT) && !line.startsWith(INDENT + " ");
      if (begins) {
        wanted = line.strip().startsWith(object + " ");
      }
      if (wanted || !line.startsWith(INDENT) && lines.size() > 1) {
        lines.add(line);
      }
    }
    return String.join("\n", lines);
  }
}
