package dev.skep.cli.assembly;

import dev.skep.assembler.CatalogNames;
import dev.skep.assembler.Disassembler;
import dev.skep.assembler.DisassemblyOptions;
import dev.skep.catalog.ProgramType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.isa.Code;
import dev.skep.isa.classic.ClassicCheck;
import dev.skep.isa.classic.ClassicConverter;
import dev.skep.isa.classic.ClassicInstruction;
import dev.skep.isa.classic.ClassicMachine;
import dev.skep.isa.classic.ClassicPacket;
import dev.skep.isa.classic.ClassicText;
import dev.skep.isa.classic.ClassicWriter;
import dev.skep.isa.classic.EthernetFacts;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.writer.ObjectWriter;
import dev.skep.report.input.InputFile;
import dev.skep.report.input.Inputs;
import dev.skep.runtime.packet.PcapReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep cbpf}. */
@Command(
    name = "cbpf",
    description = {
      "Check, convert and run a classic BPF filter: what tcpdump and SO_ATTACH_FILTER have.",
      "",
      "Reads what tcpdump -d, -dd and -ddd print, and the assembly of bpf_asm; checks it as Linux"
          + " checks a socket filter. Prints it, converts it to BPF as the kernel does, or runs it"
          + " over a capture file."
    },
    footer = {
      "",
      "Examples:",
      "  skep cbpf filter.txt",
      "      check a filter and list it",
      "  tcpdump -ddd -y EN10MB 'tcp port 80' | skep cbpf - --to bpf",
      "      what the kernel makes of it",
      "  skep cbpf filter.txt --pcap trace.pcap",
      "      how many bytes of each packet it keeps",
      "",
      "Exit codes: 0 done; 1 Linux would refuse the filter; 2 usage; 3 an input cannot be read."
    })
public final class CbpfCommand implements Callable<Integer> {

  private static final int MAX_TEXT = 1 << 22;

  /** How the filter is printed. */
  enum Form {
    LISTING,
    NUMBERS,
    STRUCTS,
    BPF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The filter as text; - is the standard input.")
  private String input = "";

  @Option(
      names = "--to",
      paramLabel = "FORM",
      description =
          "How to print it: ${COMPLETION-CANDIDATES}; as tcpdump -d, -ddd or -dd, or converted.")
  private @Nullable Form form;

  @Option(
      names = "--pcap",
      paramLabel = "FILE",
      description = "Run it on every packet of a capture file (pcap, Ethernet).")
  private @Nullable Path pcap;

  @Option(names = "--seed", paramLabel = "N", description = "For 'ld rand' (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the converted program as an object for a socket.")
  private @Nullable Path output;

  @Override
  public Integer call() throws IOException {
    List<ClassicInstruction> program = read();
    PrintWriter out = spec.commandLine().getOut();
    if (output != null) {
      write(program, output);
    }
    if (form != null || (pcap == null && output == null)) {
      out.print(
          switch (form == null ? Form.LISTING : form) {
            case LISTING -> ClassicWriter.listing(program);
            case NUMBERS -> ClassicWriter.numbers(program);
            case STRUCTS -> ClassicWriter.structs(program);
            case BPF ->
                Disassembler.disassemble(
                    convert(program), DisassemblyOptions.defaults(CatalogNames.INSTANCE));
          });
    }
    if (pcap != null) {
      run(program, pcap, out);
    }
    return ExitCode.OK;
  }

  // ---- the filter ------------------------------------------------------------------------------

  private List<ClassicInstruction> read() throws IOException {
    ClassicText.Filter filter = ClassicText.parse(text());
    String name = input.equals("-") ? "standard input" : input;
    if (!filter.problems().isEmpty()) {
      throw CommandFailure.unreadable(
          name + ": " + counted(filter.problems().size()),
          filter.problems().stream().map(p -> name + ":" + p.line() + ": " + p.message()).toList());
    }
    List<ClassicCheck.Problem> refused = ClassicCheck.check(filter.program());
    if (!refused.isEmpty()) {
      throw CommandFailure.refused(
          name + ": Linux refuses this filter (EINVAL)",
          refused.stream()
              .map(p -> p.pc() < 0 ? p.message() : "(%03d) %s".formatted(p.pc(), p.message()))
              .toList());
    }
    return filter.program();
  }

  private static String counted(int errors) {
    return errors + (errors == 1 ? " error" : " errors");
  }

  private String text() throws IOException {
    byte[] bytes;
    if (input.equals("-")) {
      bytes = System.in.readNBytes(MAX_TEXT);
    } else {
      bytes = InputFile.read(Path.of(input), MAX_TEXT);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Code convert(List<ClassicInstruction> program) {
    try {
      return ClassicConverter.convert(program);
    } catch (ClassicConverter.Unconvertible e) {
      throw CommandFailure.unreadable("this filter cannot be converted: " + e.getMessage());
    }
  }

  private static void write(List<ClassicInstruction> program, Path to) {
    ProgramSpec converted = ProgramSpec.of("filter", ProgramType.SOCKET_FILTER, convert(program));
    BpfObject object =
        new BpfObject("filter", "GPL", List.of(converted), List.of(), null, List.of());
    try {
      Files.write(to, ObjectWriter.write(object));
    } catch (IOException e) {
      throw CommandFailure.unreadable(to + ": cannot be written: " + e.getMessage());
    }
  }

  // ---- packets ---------------------------------------------------------------------------------

  private void run(List<ClassicInstruction> program, Path file, PrintWriter out)
      throws IOException {
    Inputs.requireFile(file);
    var random = new SplittableRandom(seed);
    long packets = 0;
    long kept = 0;
    try (PcapReader reader = PcapReader.open(file)) {
      if (!reader.ethernet()) {
        throw CommandFailure.unreadable(
            file + ": link type " + reader.linkType() + "; skep runs Ethernet captures (type 1)");
      }
      for (var packet = reader.next(); packet != null; packet = reader.next()) {
        ClassicPacket frame = ClassicPacket.ethernet(packet.data());
        int result = ClassicMachine.run(program, frame, new EthernetFacts(frame, random));
        packets++;
        kept += result == 0 ? 0 : 1;
        out.printf(
            "%6d  %5d bytes  %s%n",
            packet.number(),
            packet.data().length,
            result == 0 ? "drop" : "keep " + Integer.toUnsignedString(result));
      }
    } catch (PcapReader.FormatException e) {
      throw CommandFailure.unreadable(file + ": " + e.getMessage());
    }
    out.printf("%d packets, %d kept, %d dropped%n", packets, kept, packets - kept);
  }
}
