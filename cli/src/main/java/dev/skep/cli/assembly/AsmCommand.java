package dev.skep.cli.assembly;

import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.Carets;
import dev.skep.assembler.CatalogNames;
import dev.skep.assembler.Syntax;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Chosen;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.writer.ObjectWriter;
import dev.skep.report.input.Assembly;
import dev.skep.report.input.KernelTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep asm}. */
@Command(
    name = "asm",
    description = {
      "Assemble a text into a BPF object that libbpf's tools load, or into hex.",
      "",
      "Reads the kernel's syntax (r1 = *(u32 *)(r2 + 8)), the mnemonic one (ldxw r1, [r2+8]), and"
          + " listings pasted from a verifier log or from llvm-objdump. All errors of a file are"
          + " shown in one run."
    },
    footer = {
      "",
      "Examples:",
      "  skep asm examples/xdp_drop_udp.s -o xdp_drop_udp.o",
      "      an object with maps, types and source lines",
      "  skep asm examples/xdp_drop_udp.s",
      "      the instructions of each program in hex",
      "  skep lint examples/xdp_drop_udp.s",
      "      other commands assemble a .s file by themselves",
      "",
      "Exit codes: 0 done; 2 usage; 3 the text has errors or cannot be read."
    })
public final class AsmCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Assembly text.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write an ELF object; without it, hex goes to the standard output.")
  private @Nullable Path output;

  @Option(
      names = "--raw",
      description = "With -o, write the bare instructions of the only program.")
  private boolean raw;

  @Option(
      names = "--syntax",
      paramLabel = "SYNTAX",
      defaultValue = "auto",
      description =
          "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}, which tells them apart line by line).")
  private SyntaxName syntax = SyntaxName.AUTO;

  @Option(
      names = "--btf",
      paramLabel = "FILE",
      description = "The kernel's types, for its functions; otherwise those of the running one.")
  private @Nullable Path btf;

  /** The syntaxes that can be read. */
  enum SyntaxName {
    AUTO(Syntax.AUTO),
    KERNEL(Syntax.KERNEL),
    MNEMONIC(Syntax.MNEMONIC);

    private final Syntax syntax;

    SyntaxName(Syntax syntax) {
      this.syntax = syntax;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    BpfObject object =
        Assembly.read(
            file,
            AssemblyOptions.defaults(CatalogNames.INSTANCE)
                .withSyntax(syntax.syntax)
                .withKernelBtf(KernelTypes.lazy(btf)));
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    object.warnings().forEach(warning -> err.print(Carets.render(warning)));
    if (output == null) {
      for (ProgramSpec program : object.programs()) {
        byte[] code = program.code().toBytes(ByteOrder.LITTLE_ENDIAN);
        out.printf("%s %s%n", program.name(), HexFormat.of().formatHex(code));
      }
      return ExitCode.OK;
    }
    byte[] content =
        raw
            ? Chosen.program(object, file, null).code().toBytes(ByteOrder.LITTLE_ENDIAN)
            : elf(object);
    try {
      Files.write(output, content);
    } catch (IOException e) {
      throw CommandFailure.unreadable(output + ": cannot be written: " + e.getMessage());
    }
    return ExitCode.OK;
  }

  private byte[] elf(BpfObject object) {
    try {
      return ObjectWriter.write(object);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.unreadable(
          file + ": " + e.getMessage(),
          List.of("  help: without -o, or with --raw, its instructions are written as they are"));
    }
  }
}
