package dev.skep.cli.object;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfCPrinter;
import dev.skep.btf.BtfJsonPrinter;
import dev.skep.btf.BtfRawPrinter;
import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.cli.KernelTypes;
import dev.skep.object.ReadOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep btf dump}. */
@Command(
    name = "btf",
    description = {
      "Print types (BTF) of an object or a kernel.",
      "",
      "The raw form is bpftool's; the C form compiles, as vmlinux.h does."
    },
    footer = {
      "",
      "Examples:",
      "  skep btf dump examples/xdp_firewall.bpf.o",
      "      an object's types, one a line",
      "  skep btf dump /sys/kernel/btf/vmlinux --format c",
      "      the running kernel's types as a C header",
      "  skep btf dump vmlinux-6.1.btf.gz --format json",
      "      another kernel's, for scripts",
      "",
      "Exit codes: 0 done; 2 usage; 3 the file cannot be read."
    })
public final class BtfCommand implements Callable<Integer> {

  /** What can be done with types. */
  enum Action {
    DUMP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Output formats. */
  enum Format {
    RAW,
    C,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "dump", description = "What to do: dump.")
  private Action action = Action.DUMP;

  @Parameters(index = "1", paramLabel = "FILE", description = "An object, or raw BTF, or gzipped.")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "raw",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Format format = Format.RAW;

  @Override
  public Integer call() throws IOException {
    return switch (action) {
      case DUMP -> dump();
    };
  }

  private int dump() throws IOException {
    Btf types = types();
    PrintWriter out = spec.commandLine().getOut();
    String text =
        switch (format) {
          case RAW -> BtfRawPrinter.print(types);
          case C -> BtfCPrinter.print(types);
          case JSON -> BtfJsonPrinter.print(types);
        };
    out.print(text);
    if (!text.endsWith("\n")) {
      out.println();
    }
    return ExitCode.OK;
  }

  private Btf types() throws IOException {
    Inputs.requireFile(file);
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(4);
    }
    boolean elf = start.length == 4 && start[0] == 0x7f && start[1] == 'E';
    Btf types = elf ? Inputs.read(file, ReadOptions.defaults()).btf() : KernelTypes.read(file);
    if (types == null) {
      throw CommandFailure.unreadable(file + ": no types in it; compile with -g");
    }
    return types;
  }
}
