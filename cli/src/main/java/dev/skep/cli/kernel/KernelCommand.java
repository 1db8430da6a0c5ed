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
      "  prog        show|list [PROG], load OBJ PATH [prog NAME] [map name NAME MAP]",
      "              [pinmaps DIR] [unchecked], loadall OBJ DIR … (programs that skep's verifier",
      "              refuses are not submitted, unless unchecked),",
      "              dump xlated PROG [opcodes] [linum] [visual] [file FILE], dump jited PROG",
      "              [file FILE], pin PROG PATH, attach|detach PROG ATTACH_TYPE [MAP],",
      "              run PROG data_in FILE [data_out FILE] [ctx_in FILE] [repeat N] [cpu N]",
      "              [live_frames N], profile PROG [duration N], tracelog",
      "  map         show|list [MAP], create PATH type T key N value N entries N [name S]",
      "              [flags N] [inner_map MAP], dump MAP, lookup MAP key BYTES,",
      "              update MAP key BYTES value BYTES|PROG|MAP [any|exist|noexist],",
      "              delete MAP key BYTES, getnext MAP [key BYTES],",
      "              push|enqueue|peek|pop|dequeue MAP, event_pipe MAP [count N], freeze MAP,",
      "              pin MAP PATH",
      "  link        show|list [LINK], pin LINK PATH, update LINK PROG, detach LINK",
      "  btf         show|list [id N], dump id N|prog PROG|map MAP [key|value|kv|all]|file FILE",
      "              [format raw|c]",
      "  cgroup      show|list DIR [effective], tree [DIR] [effective],",
      "              attach DIR TYPE PROG [multi|override], detach DIR TYPE PROG",
      "  net         show|list [dev NAME], attach xdp|xdpgeneric|xdpdrv PROG dev NAME [overwrite],",
      "              detach xdp|xdpgeneric|xdpdrv dev NAME",
      "  perf        show|list: which process holds which tracepoint, kprobe or uprobe",
      "  struct_ops  show|list|dump [MAP], register OBJ [LINK_DIR], unregister MAP",
      "  iter        pin OBJ PATH [map MAP]; read LINK: print what an iterator writes",
      "  feature     probe [kernel] [full]: what this kernel has;",
      "              compare: its answers beside skep's catalog;",
      "              list_builtins prog_types|map_types|attach_types|link_types|helpers",
      "  batch       file FILE: a command on each line",
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
            "batch",
            "trace")
        .contains(object)) {
      throw CommandFailure.usage("unknown object '" + object + "'; see 'skep kernel --help'");
    }
    var out = new Output(spec.commandLine().getOut(), json, pretty);
    try (Kernel kernel = Kernel.open()) {
      run(kernel, out, object, line);
      return ExitCode.OK;
    } catch (KernelUnavailableException e) {
      throw CommandFailure.noKernel(e.getMessage());
    } catch (KernelCallException e) {
      throw CommandFailure.unreadable(e.getMessage().strip());
    }
  }

  private static void run(Kernel kernel, Output out, String object, Words words)
      throws IOException {
    if (object.equals("trace")) {
      trace(out);
      return;
    }
    if (object.equals("batch")) {
      BatchWords.run(words, line -> run(kernel, out, line.next("an object"), line));
      return;
    }
    String verb = words.hasNext() ? words.next("a command") : "show";
    switch (object) {
      case "prog" -> new ProgramWords(kernel, out).run(verb, words);
      case "map" -> new MapWords(kernel, out).run(verb, words);
      case "link" -> new LinkWords(kernel, out).run(verb, words);
      case "btf" -> new BtfWords(kernel, out).run(verb, words);
      case "cgroup" -> new CgroupWords(kernel, out).run(verb, words);
      case "net" -> new NetWords(kernel, out).run(verb, words);
      case "perf" -> new PerfWords(kernel, out).run(verb, words);
      case "struct_ops" -> new StructOpsWords(kernel, out).run(verb, words);
      case "iter" -> new IterWords(kernel, out).run(verb, words);
      case "feature" -> new FeatureWords(kernel, out).run(verb, words);
      default -> throw CommandFailure.usage("unknown object '" + object + "'");
    }
  }

  static void trace(Output out) throws IOException {
    try (TracePipe pipe = TracePipe.open()) {
      for (String line = pipe.readLine(); line != null; line = pipe.readLine()) {
        out.raw(line + "\n");
      }
    }
  }
}
