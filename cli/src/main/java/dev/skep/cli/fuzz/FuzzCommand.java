package dev.skep.cli.fuzz;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skep fuzz}; each campaign is a subcommand. */
@Command(
    name = "fuzz",
    description = {
      "Try generated inputs on skep itself, for a time or a number of inputs.",
      "",
      "An input is known by its number alone: --seed NUMBER --count 1 tries one again."
    },
    commandListHeading = "%nCampaigns:%n",
    footer = {
      "",
      "Examples:",
      "  skep fuzz objects --count 100000 examples/*.bpf.o",
      "      damaged objects and types, read by everything that reads them",
      "",
      "Exit codes: 0 nothing was found; 1 a failure was found, and stored; 2 usage."
    },
    subcommands = {ObjectsFuzz.class})
public final class FuzzCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "name a campaign: " + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
