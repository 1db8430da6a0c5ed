package dev.skep.cli.kernel;

import dev.skep.catalog.Errno;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.TracePipe;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.error.KernelUnavailableException;
import dev.skep.report.input.UnreadableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "  prog        show|list [PROG], load OBJ PATH [prog NAME] [type T] [map name N MAP]",
      "              [pinmaps DIR] [unchecked], loadall OBJ DIR … (only what skep's verifier",
      "              accepts is submitted, unless unchecked),",
      "              dump xlated PROG [opcodes] [linum] [visual] [file FILE], dump jited PROG",
      "              [opcodes] [linum] [file FILE], pin PROG PATH, attach|detach PROG ATTACH_TYPE"
          + " [MAP],",
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
      "  struct_ops  show|list|dump [MAP], register OBJ [LINK_DIR]",
      "              [unchecked], unregister MAP",
      "  iter        pin OBJ PATH [map MAP] [unchecked];",
      "              read LINK: print what an iterator writes",
      "  feature     probe [kernel] [full] [unprivileged]: what this kernel has;",
      "              compare: its answers beside skep's catalog;",
      "              list_builtins prog_types|map_types|attach_types|link_types|helpers",
      "  batch       file FILE: a command on each line; in JSON one list of all",
      "  trace       the lines that programs print with bpf_printk, until interrupted",
      "PROG is id N, pinned PATH, name NAME or tag TAG; MAP is id N, pinned PATH or name NAME;",
      "LINK is id N or pinned PATH. BYTES are decimal or 0x..; after 'hex', hexadecimal.",
      "Words may be shortened, as in 'p d x i 7'; 'OBJECT help' shows one object's commands.",
      "In JSON an error is {\"error\": …}, and a command with nothing to say answers null."
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

  @Option(
      names = {"-f", "--bpffs"},
      description = "Show where programs, maps and links are pinned.")
  private boolean pins;

  @Option(
      names = {"-B", "--base-btf"},
      paramLabel = "FILE",
      description = "The types that those of 'btf dump file' extend.")
  private @Nullable Path baseBtf;

  @SuppressWarnings("UnusedVariable") // there is nothing to leave undone
  @Option(
      names = {"-n", "--nomount"},
      description = "Taken as a habit: skep never mounts a BPF file system.")
  private boolean noMount;

  /** In bpftool's order: of several that a word begins, the first is meant. */
  private static final Map<String, List<String>> VERBS = verbs();

  private static Map<String, List<String>> verbs() {
    var verbs = new LinkedHashMap<String, List<String>>();
    verbs.put("help", List.of());
    verbs.put("batch", List.of());
    verbs.put(
        "prog", words("show list help dump pin load loadall attach detach tracelog run profile"));
    verbs.put(
        "map",
        words(
            "show list help dump update lookup getnext delete pin event_pipe peek push enqueue pop"
                + " dequeue freeze create"));
    verbs.put("link", words("show list help pin detach update"));
    verbs.put("cgroup", words("show list tree attach detach help"));
    verbs.put("perf", words("show list help"));
    verbs.put("net", words("show list attach detach help"));
    verbs.put("feature", words("probe list_builtins help compare"));
    verbs.put("btf", words("show list help dump"));
    verbs.put("struct_ops", words("show list register unregister dump help"));
    verbs.put("iter", words("pin help read"));
    verbs.put("version", List.of());
    verbs.put("trace", List.of());
    return verbs;
  }

  private static List<String> words(String all) {
    return List.of(all.split(" ", -1));
  }

  @Override
  public Integer call() throws IOException {
    var out = new Output(spec.commandLine().getOut(), json, pretty);
    try {
      return readable(out);
    } catch (CommandFailure e) {
      if (!out.isJson()) {
        throw e;
      }
      out.print(Output.error(e), "");
      return e.exitCode();
    }
  }

  /** A file that cannot be read is answered like all else, as JSON too. */
  private int readable(Output out) throws IOException {
    try {
      return answer(out, new Words(words));
    } catch (UnreadableException e) {
      throw CommandFailure.unreadable(e.getMessage(), e.details());
    }
  }

  private int answer(Output out, Words line) throws IOException {
    String object = object(line);
    if (object.equals("version")) {
      String[] version = spec.root().version();
      out.print(Map.of("version", String.join(" ", version)), String.join("\n", version));
      return ExitCode.OK;
    }
    if (object.equals("help") || verb(object, line.copy()).equals("help")) {
      out.print(null, new KernelHelp(spec).of(object));
      return ExitCode.OK;
    }
    try (Kernel kernel = Kernel.open()) {
      if (object.equals("batch")) {
        return BatchWords.run(line, out, next -> run(kernel, out, object(next), next));
      }
      run(kernel, out, object, line);
      out.end();
      return ExitCode.OK;
    } catch (KernelUnavailableException e) {
      throw CommandFailure.noKernel(e.getMessage());
    }
  }

  private static String object(Words line) {
    String object = line.next("an object", List.copyOf(VERBS.keySet()));
    if (!VERBS.containsKey(object)) {
      throw CommandFailure.usage("unknown object '" + object + "'; see 'skep kernel --help'");
    }
    return object;
  }

  private static String verb(String object, Words words) {
    List<String> known = VERBS.getOrDefault(object, List.of());
    return words.hasNext() ? words.next("a command", known) : "show";
  }

  private void run(Kernel kernel, Output out, String object, Words words) throws IOException {
    if (object.equals("trace")) {
      trace(out);
      return;
    }
    String verb = verb(object, words);
    Pins pinned = pins ? Pins.all(kernel) : Pins.NONE;
    try {
      switch (object) {
        case "prog" -> new ProgramWords(kernel, out, pinned).run(verb, words);
        case "map" -> new MapWords(kernel, out, pinned).run(verb, words);
        case "link" -> new LinkWords(kernel, out, pinned).run(verb, words);
        case "btf" -> new BtfWords(kernel, out, baseBtf).run(verb, words);
        case "cgroup" -> new CgroupWords(kernel, out).run(verb, words);
        case "net" -> new NetWords(kernel, out).run(verb, words);
        case "perf" -> new PerfWords(kernel, out).run(verb, words);
        case "struct_ops" -> new StructOpsWords(kernel, out).run(verb, words);
        case "iter" -> new IterWords(kernel, out).run(verb, words);
        case "feature" -> new FeatureWords(kernel, out).run(verb, words);
        default -> throw CommandFailure.usage("'" + object + "' is no object of a batch");
      }
    } catch (KernelCallException e) {
      String message = e.getMessage().strip();
      // Where kernel.unprivileged_bpf_disabled is 0, some commands work for everyone, and some not.
      throw e.errno() == Errno.EPERM && !kernel.profile().privileged()
          ? CommandFailure.noKernel(message)
          : CommandFailure.unreadable(message);
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
