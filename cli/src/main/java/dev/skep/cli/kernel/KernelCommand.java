package dev.skep.cli.kernel;

import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelCallException;
import dev.skep.kernel.KernelUnavailableException;
import dev.skep.kernel.TracePipe;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep kernel}. */
@Command(
    name = "kernel",
    description = {
      "Look at and change what is in this machine's kernel, in bpftool's habits.",
      "",
      "OBJECT COMMAND is one of",
      "  prog        show|list [PROG], load OBJ PATH [prog NAME] [unchecked], loadall OBJ DIR",
      "              [pinmaps DIR] [unchecked] (programs that skep's verifier refuses are not",
      "              submitted, unless unchecked),",
      "              dump xlated|jited PROG [opcodes] [file FILE], pin PROG PATH,",
      "              run PROG data_in FILE [ctx_in FILE] [repeat N] [data_out FILE]",
      "  map         show|list [MAP], create PATH type T key N value N entries N [name S]",
      "              [flags N] [inner_map MAP], dump MAP, lookup MAP key BYTES,",
      "              update MAP key BYTES value BYTES [any|exist|noexist], delete MAP key BYTES,",
      "              getnext MAP [key BYTES], push|enqueue|peek|pop|dequeue MAP, freeze MAP,",
      "              pin MAP PATH",
      "  link        show|list [LINK], pin LINK PATH, detach LINK",
      "  btf         show|list [id N], dump id N|file FILE [format raw|c]",
      "  cgroup      show DIR [effective], attach DIR TYPE PROG [multi|override], detach DIR TYPE PROG",
      "  net|perf    show: what is attached to devices; to events and functions",
      "  struct_ops  show",
      "  iter        read LINK: print what an iterator writes",
      "  feature     probe: what this kernel has; compare: its answers beside skep's catalog",
      "  trace       the lines that programs print with bpf_printk, until interrupted",
      "PROG is id N, pinned PATH, name NAME or tag TAG; MAP is id N, pinned PATH or name NAME;",
      "LINK is id N or pinned PATH. BYTES are decimal or 0x..; after 'hex', hexadecimal."
    },
    footer = {
      "",
      "Examples:",
      "  skep kernel prog list",
      "  skep kernel map create /sys/fs/bpf/stats_map type hash key 2 value 2 entries 8 \\",
      "      name stats_map",
      "  skep kernel map update name stats_map key 0xc1 0xc2 value 0xa1 0xa2",
      "  skep kernel map dump pinned /sys/fs/bpf/stats_map",
      "  skep kernel -p feature probe",
      "",
      "Exit codes: 0 done; 1 the kernel refuses a program; 2 usage; 3 there is no such object or",
      "file, or the kernel refuses the operation; 4 no kernel or no privilege."
    })
public final class KernelCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-j", "--json"},
      description = "JSON on one line.")
  private boolean json;

  @Option(
      names = {"-p", "--pretty"},
      description = "Indented JSON.")
  private boolean pretty;

  @Parameters(paramLabel = "WORD", arity = "1..*", description = "OBJECT COMMAND and its words.")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException {
    var line = new Words(words);
    String object = line.next("an object");
    if (!List.of(
            "prog",
            "map",
            "link",
            "btf",
            "cgroup",
            "net",
            "perf",
            "struct_ops",
            "iter",
            "feature",
            "trace")
        .contains(object)) {
      throw CommandFailure.usage("unknown object '" + object + "'; see 'skep kernel --help'");
    }
    String verb = object.equals("trace") ? "" : line.hasNext() ? line.next("a command") : "show";
    var out = new Output(spec.commandLine().getOut(), json, pretty);
    try (Kernel kernel = Kernel.open()) {
      return run(kernel, out, object, verb, line);
    } catch (KernelUnavailableException e) {
      throw CommandFailure.noKernel(e.getMessage());
    } catch (KernelCallException e) {
      throw CommandFailure.unreadable(e.getMessage().strip());
    }
  }

  private static int run(Kernel kernel, Output out, String object, String verb, Words words)
      throws IOException {
    var other = new OtherWords(kernel, out);
    if (object.equals("feature")) {
      return new FeatureWords(kernel, out).run(verb, words);
    }
    switch (object) {
      case "prog" -> new ProgramWords(kernel, out).run(verb, words);
      case "map" -> new MapWords(kernel, out).run(verb, words);
      case "link" -> other.link(verb, words);
      case "btf" -> other.btf(verb, words);
      case "cgroup" -> other.cgroup(verb, words);
      case "net" -> other.net(verb, words);
      case "perf" -> other.perf(verb, words);
      case "struct_ops" -> other.structOps(verb, words);
      case "iter" -> other.iterator(verb, words);
      default -> trace(out);
    }
    return ExitCode.OK;
  }

  private static void trace(Output out) throws IOException {
    try (TracePipe pipe = TracePipe.open()) {
      for (String line = pipe.readLine(); line != null; line = pipe.readLine()) {
        out.raw(line + "\n");
      }
    }
  }
}
