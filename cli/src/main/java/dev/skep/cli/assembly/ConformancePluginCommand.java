package dev.skep.cli.assembly;

import dev.skep.assembler.conformance.Conformance;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.OwnEngine;
import dev.skep.interpreter.ConformanceRunner;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.reader.ObjectReader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep conformance-plugin}: what the runner of the BPF conformance suite starts. */
@Command(
    name = "conformance-plugin",
    description = {
      "Run one program for the runner of the BPF conformance suite.",
      "",
      "The program comes as hex on the standard input, the memory as a hex argument; r0 goes to the"
          + " standard output in hex. What cannot be run ends with a message on the standard error"
          + " and an exit code other than 0."
    },
    footer = {
      "",
      "Examples:",
      "  skep conformance-plugin '11 22' <<<'71 10 00 00 00 00 00 00 95 00 00 00 00 00 00 00'",
      "      prints 11",
      "  bpf_conformance_runner --test_file_directory tests --plugin_path ./skep \\",
      "      --plugin_options conformance-plugin",
      "      the suite's own runner",
      "",
      "Exit codes: 0 done; 1 the program was refused or trapped; 2 usage; 3 no program."
    })
public final class ConformancePluginCommand implements Callable<Integer> {

  private static final String NAME = "conformance-plugin";

  /** More hex than this is no test. */
  private static final int MAX_INPUT = 1 << 26;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "MEMORY",
      description = "What r1 points to, as hex; blanks are allowed.")
  private List<String> memory = new ArrayList<>();

  @Option(
      names = "--program",
      paramLabel = "HEX",
      description = "The program; without it, one line of the standard input.")
  private @Nullable String program;

  @Option(names = "--elf", description = "The program is an ELF object in hex; its first is run.")
  private boolean elf;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "interpreter",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private OwnEngine engine = OwnEngine.INTERPRETER;

  /**
   * The suite's runner puts the memory before the options that it is told to pass on, so that the
   * command's name may come second: this puts it first.
   */
  public static String[] inOrder(String[] args) {
    if (args.length < 2 || !args[1].equals(NAME) || !args[0].matches("[0-9a-fA-F\\s]*")) {
      return args;
    }
    String[] ordered = args.clone();
    ordered[0] = NAME;
    ordered[1] = args[0];
    return ordered;
  }

  @Override
  public Integer call() {
    String text = program == null ? standardInput() : program;
    if (text.isBlank()) {
      throw CommandFailure.unreadable("there is no program on the standard input");
    }
    var runner = new ConformanceRunner(engine.create());
    String result;
    try {
      // The runner passes an empty argument where it has no options.
      result = Conformance.plugin(elf ? codeOf(text) : text, String.join("", memory), runner::run);
    } catch (IllegalArgumentException notHex) {
      throw CommandFailure.unreadable(String.valueOf(notHex.getMessage()));
    } catch (CommandFailure failure) {
      throw failure;
    } catch (Exception refused) {
      throw CommandFailure.rejected(String.valueOf(refused.getMessage()));
    }
    spec.commandLine().getOut().println(result);
    return ExitCode.OK;
  }

  private static String standardInput() {
    try {
      byte[] input = System.in.readNBytes(MAX_INPUT + 1);
      if (input.length > MAX_INPUT) {
        throw CommandFailure.unreadable("the standard input has more than 64 MiB");
      }
      return new String(input, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandFailure.unreadable("the standard input cannot be read: " + e.getMessage());
    }
  }

  private static String codeOf(String hex) {
    byte[] file = Conformance.hex("object", hex);
    return switch (ObjectReader.read(file, "standard input", ReadOptions.defaults())) {
      case ReadResult.Refused refused ->
          throw CommandFailure.unreadable(
              "the object cannot be read: " + refused.diagnostics().getFirst().message());
      case ReadResult.Read(BpfObject object) -> {
        if (object.programs().isEmpty()) {
          throw CommandFailure.unreadable("there is no program in the object");
        }
        ProgramSpec first = object.programs().getFirst();
        yield HexFormat.of().formatHex(first.code().toBytes(ByteOrder.LITTLE_ENDIAN));
      }
    };
  }
}
