package dev.skep.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line; its subcommands are in {@link Subcommands}. */
@Command(
    name = "skep",
    mixinStandardHelpOptions = true,
    versionProvider = Skep.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "A pure-Java eBPF toolchain that says what Linux says.",
      "",
      "skep reads BPF objects as clang and libbpf leave them, judges their programs as the kernel's"
          + " verifier does, without a kernel and without root, runs them on packets, and, on Linux"
          + " as root, puts its answers beside those of the running kernel."
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  skep lint examples/xdp_firewall.bpf.o",
      "      would Linux load these programs? If not: where, why, and what to do",
      "  skep verify examples/xdp_firewall.bpf.o --prog xdp_firewall --log-level 2",
      "      the verifier's log, as the kernel prints it",
      "  skep run examples/xdp_firewall.bpf.o --prog xdp_firewall --data @packet.bin",
      "      run a program on a packet",
      "  skep compare examples/*.bpf.o",
      "      skep's answers beside the running kernel's (as root)",
      "",
      "Exit codes:",
      "  0   accepted, or nothing to report",
      "  1   a program was rejected, or answers differ",
      "  2   the command line was wrong",
      "  3   an input cannot be read",
      "  4   the running kernel, or the privilege to use it, is not available",
      "  70  a fault of skep's own",
      "  74  what was to be written could not be",
      "",
      "'skep COMMAND --help' describes a command; docs/ has the how-to's."
    })
public final class Skep {

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a fault of skep's own.")
  boolean debug;

  /** The version that the build left in the manifest. */
  static final class Version implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Skep.class.getPackage().getImplementationVersion();
      return new String[] {
        "skep "
            + (version == null ? "(development build)" : version)
            + ", knows Linux "
            + dev.skep.catalog.Releases.inWords(dev.skep.catalog.Releases.known())
      };
    }
  }
}
