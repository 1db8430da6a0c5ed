package dev.skep.cli;

import dev.skep.btf.BtfFormatException;
import dev.skep.cli.assembly.ConformancePluginCommand;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.error.KernelUnavailableException;
import dev.skep.object.diagnostic.Printable;
import dev.skep.report.input.UnreadableException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** Entry point of the {@code skep} command. */
public final class Main {

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = run(args, writer(FileDescriptor.out), writer(FileDescriptor.err));
    // halt, not exit: nothing is left to do, and abandoned threads must not hold the process back.
    Runtime.getRuntime().halt(code);
  }

  private static Writer writer(FileDescriptor to) {
    return new OutputStreamWriter(new FileOutputStream(to), StandardCharsets.UTF_8);
  }

  /**
   * Runs a command line and returns its exit code; never throws. Output that could not be written
   * is no success.
   */
  public static int run(String[] given, Writer standardOutput, Writer standardError) {
    var terminal = new Terminal(standardOutput, false);
    var out = new PrintWriter(terminal);
    var err = new PrintWriter(new Terminal(standardError, true));
    int code = execute(given, out, err);
    out.flush();
    IOException failure = terminal.failure();
    if (failure != null) {
      err.println("skep: the output could not be written: " + failure.getMessage());
      code = code == ExitCode.OK ? ExitCode.OUTPUT : code;
    }
    err.flush();
    return code;
  }

  private static int execute(String[] given, PrintWriter out, PrintWriter err) {
    String[] args = ConformancePluginCommand.inOrder(given);
    boolean debug = Arrays.asList(args).contains("--debug");
    try {
      CommandLine line = commandLine(args.length > 0 ? args[0] : null);
      line.setOut(out).setErr(err);
      line.setParameterExceptionHandler((e, _) -> usage(e, err));
      line.setExecutionExceptionHandler((e, _, _) -> failed(e, err, debug));
      return line.execute(args.length == 0 ? new String[] {"--help"} : args);
    } catch (Exception | StackOverflowError | OutOfMemoryError | LinkageError e) {
      return failed(e, err, debug);
    }
  }

  /** The command line, with only the subcommand that is asked for if that is known. */
  static CommandLine commandLine(@Nullable String subcommand) {
    var line = new CommandLine(new Skep());
    var known = subcommand == null ? null : Subcommands.named(subcommand);
    if (known != null) {
      add(line, subcommand, known.get());
    } else {
      Subcommands.all().forEach((name, command) -> add(line, name, command.get()));
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false); // @ means what the option says: run --data @FILE
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setUsageHelpWidth(90);
    return line;
  }

  private static void add(CommandLine line, @Nullable String name, Object command) {
    var sub = new CommandLine(command);
    sub.getCommandSpec().mixinStandardHelpOptions(true);
    sub.getCommandSpec().usageMessage().optionListHeading("%nOptions:%n");
    line.addSubcommand(name, sub);
  }

  private static int usage(ParameterException e, PrintWriter err) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println("skep: " + oneLine(e.getMessage()) + "; see '" + name + " --help'");
    return ExitCode.USAGE;
  }

  private static int failed(Throwable e, PrintWriter err, boolean debug) {
    if (e instanceof CommandFailure failure) {
      err.println("skep: " + failure.getMessage());
      failure.details().forEach(err::println);
      err.flush();
      return failure.exitCode();
    }
    if (e instanceof UnreadableException file) {
      return failed(CommandFailure.unreadable(file.getMessage(), file.details()), err, debug);
    }
    if (e instanceof KernelUnavailableException none) {
      return failed(CommandFailure.noKernel(String.valueOf(none.getMessage())), err, debug);
    }
    if (e instanceof BtfFormatException) {
      err.println("skep: malformed types: " + oneLine(e.getMessage()));
      return ExitCode.UNREADABLE;
    }
    if (e instanceof FileSystemException f) {
      String reason = f.getReason() == null ? f.getClass().getSimpleName() : f.getReason();
      err.println("skep: " + oneLine(f.getFile()) + ": " + oneLine(reason));
      return ExitCode.OUTPUT;
    }
    if (e instanceof IOException) {
      err.println("skep: a file could not be read or written: " + oneLine(e.getMessage()));
      return ExitCode.OUTPUT;
    }
    err.println("skep: internal error: " + oneLine(e) + advice(debug));
    if (debug) {
      e.printStackTrace(err);
    }
    err.flush();
    return ExitCode.FAULT;
  }

  private static String advice(boolean debug) {
    return debug ? "" : " (a fault of skep's own; --debug shows where)";
  }

  private static String oneLine(@Nullable Object text) {
    return Printable.line(String.valueOf(text).replaceAll("\\s*\\R\\s*", " "));
  }
}
