package dev.skep.cli;

import dev.skep.cli.assembly.AsmCommand;
import dev.skep.cli.assembly.CbpfCommand;
import dev.skep.cli.assembly.ConformanceCommand;
import dev.skep.cli.assembly.ConformancePluginCommand;
import dev.skep.cli.assembly.DisasmCommand;
import dev.skep.cli.corpus.CorpusCommand;
import dev.skep.cli.fuzz.FuzzCommand;
import dev.skep.cli.kernel.KernelCommand;
import dev.skep.cli.object.BtfCommand;
import dev.skep.cli.object.CompareCommand;
import dev.skep.cli.object.InspectCommand;
import dev.skep.cli.object.LintCommand;
import dev.skep.cli.object.RunCommand;
import dev.skep.cli.object.VerifyCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The subcommands by name, in the order of the help. They are made only when needed: reading the
 * annotations of all of them would take longer than most commands run.
 */
final class Subcommands {

  private static final Map<String, Supplier<Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("lint", LintCommand::new);
    ALL.put("verify", VerifyCommand::new);
    ALL.put("run", RunCommand::new);
    ALL.put("compare", CompareCommand::new);
    ALL.put("inspect", InspectCommand::new);
    ALL.put("kernel", KernelCommand::new);
    ALL.put("btf", BtfCommand::new);
    ALL.put("disasm", DisasmCommand::new);
    ALL.put("asm", AsmCommand::new);
    ALL.put("cbpf", CbpfCommand::new);
    ALL.put("conformance", ConformanceCommand::new);
    ALL.put("conformance-plugin", ConformancePluginCommand::new);
    ALL.put("corpus", CorpusCommand::new);
    ALL.put("fuzz", FuzzCommand::new);
  }

  private Subcommands() {}

  static Map<String, Supplier<Object>> all() {
    return ALL;
  }

  static @Nullable Supplier<Object> named(String name) {
    return ALL.get(name);
  }
}
