package dev.skep.cli.object;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfCPrinter;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfJsonPrinter;
import dev.skep.btf.BtfRawPrinter;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.object.elf.EmbeddedObjects;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.reader.TypeSource;
import dev.skep.report.input.Inputs;
import dev.skep.report.input.KernelTypes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "The raw form is bpftool's; the C form compiles, as vmlinux.h does. The types are printed as"
          + " they are in the file: a loader fills in sizes and offsets of sections later."
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
      "  skep btf dump --base vmlinux-6.1.btf veth.ko",
      "      a module's own types, which refer to the kernel's",
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

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = "The kernel's types that a module's are split from.")
  private @Nullable Path base;

  @Override
  public Integer call() {
    return switch (action) {
      case DUMP -> dump();
    };
  }

  private int dump() {
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

  /** The types exactly as they are in the file, not as they would be submitted. */
  private Btf types() {
    Inputs.requireFile(file);
    byte[] bytes = Inputs.bytes(file);
    if (bytes.length >= 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      return require(KernelTypes.read(file));
    }
    List<EmbeddedObjects.Embedded> inside = ObjectReader.inside(bytes);
    if (inside.size() > 1) {
      throw CommandFailure.usage(
          file
              + " has "
              + inside.size()
              + " objects inside; write them to files with: skep inspect --extract DIR "
              + file);
    }
    byte[] source = inside.isEmpty() ? bytes : inside.getFirst().bytes();
    try {
      return base == null
          ? TypeSource.read(source)
          : TypeSource.read(source, require(KernelTypes.read(base)));
    } catch (BtfFormatException e) {
      String hint =
          base == null && file.startsWith("/sys/kernel/btf")
              ? "; a module's types need --base /sys/kernel/btf/vmlinux"
              : "";
      throw CommandFailure.unreadable(file + ": " + e.getMessage() + hint);
    }
  }

  private Btf require(@Nullable Btf types) {
    if (types == null) {
      throw CommandFailure.unreadable(file + ": no types in it; compile with -g");
    }
    return types;
  }
}
