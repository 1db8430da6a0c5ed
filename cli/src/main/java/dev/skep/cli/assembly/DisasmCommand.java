package dev.skep.cli.assembly;

import dev.skep.assembler.CatalogNames;
import dev.skep.assembler.Disassembler;
import dev.skep.assembler.DisassemblyOptions;
import dev.skep.assembler.Syntax;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Chosen;
import dev.skep.cli.options.Target;
import dev.skep.isa.Code;
import dev.skep.object.BpfObject;
import dev.skep.report.input.Inputs;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep disasm}. */
@Command(
    name = "disasm",
    description = {
      "Print programs as assembly text that 'skep asm' reads back to the same code.",
      "",
      "With labels, map and helper names, and the C source lines between the instructions."
    },
    footer = {
      "",
      "Examples:",
      "  skep disasm examples/xdp_firewall.bpf.o",
      "      the whole object",
      "  skep disasm tc.bpf.o --prog ingress --bytes --syntax mnemonic",
      "      one program, in the mnemonic syntax, with the bytes of each instruction",
      "  skep disasm b7000000020000009500000000000000",
      "      bare instructions in hex",
      "",
      "Exit codes: 0 done; 2 usage; 3 the input cannot be read."
    })
public final class DisasmCommand implements Callable<Integer> {

  /** The syntaxes that can be printed. */
  enum SyntaxName {
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

  @Spec private CommandSpec spec;

  @Mixin private Target target;

  @Parameters(paramLabel = "FILE|HEX", description = "A BPF object, or instructions in hex.")
  private String input = "";

  @Option(names = "--prog", paramLabel = "NAME", description = "Only this program.")
  private @Nullable String prog;

  @Option(
      names = "--syntax",
      paramLabel = "SYNTAX",
      defaultValue = "kernel",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private SyntaxName syntax = SyntaxName.KERNEL;

  @Option(names = "--bytes", description = "End each line with its slot and bytes.")
  private boolean bytes;

  @Option(names = "--no-source", description = "Leave the source lines out.")
  private boolean noSource;

  @Override
  public Integer call() {
    var options =
        new DisassemblyOptions(syntax.syntax, bytes, !noSource, true, CatalogNames.INSTANCE);
    String hex = input.replaceAll("[\\s:]", "");
    String text;
    if (hex.isEmpty()) {
      throw CommandFailure.usage("name a BPF object, or give instructions in hex");
    }
    if (!Files.exists(Path.of(input)) && hex.matches("([0-9a-fA-F]{2})+")) {
      if (hex.length() % 16 != 0) {
        throw CommandFailure.usage(
            "instructions have 8 bytes each; this is " + hex.length() / 2 + " bytes");
      }
      Code code = Code.ofBytes(HexFormat.of().parseHex(hex), ByteOrder.LITTLE_ENDIAN);
      text = Disassembler.disassemble(code, options);
    } else {
      Path file = Path.of(input);
      BpfObject object = Chosen.object(file, Inputs.optionsFor(target.profile()));
      text =
          prog == null
              ? Disassembler.disassemble(object, options)
              : Disassembler.disassemble(Chosen.program(object, file, prog), options);
    }
    spec.commandLine().getOut().print(text);
    return ExitCode.OK;
  }
}
