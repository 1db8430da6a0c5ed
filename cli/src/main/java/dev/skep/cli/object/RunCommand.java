package dev.skep.cli.object;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.agreement.run.EngineRunner;
import dev.skep.agreement.run.KernelRunner;
import dev.skep.agreement.run.PacketRunner;
import dev.skep.agreement.run.Prepared;
import dev.skep.agreement.run.RunResult;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Chosen;
import dev.skep.cli.options.Target;
import dev.skep.cli.text.ProgressBar;
import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.ProgramSpec;
import dev.skep.report.input.InputFile;
import dev.skep.report.input.Inputs;
import dev.skep.runtime.packet.PcapReader;
import dev.skep.runtime.packet.SamplePackets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep run}. */
@Command(
    name = "run",
    description = {
      "Run a program on a packet, or on every packet of a capture.",
      "",
      "Prints the result, the packet afterwards and the maps; for a capture, one line for each"
          + " packet and a summary. The interpreter and the jit check every access and say where a"
          + " program goes wrong; they need no kernel and no root. Programs without a packet get"
          + " DATA as their context."
    },
    footer = {
      "",
      "Examples:",
      "  skep run examples/xdp_firewall.bpf.o --data @packet.bin",
      "      the packet from a file",
      "  skep run examples/xdp_firewall.bpf.o --data 0200000000020200000000010800…",
      "      the packet in hex",
      "  skep run examples/tc_account.bpf.o --prog account_ingress --pcap trace.pcap",
      "      a whole capture, then the maps",
      "  skep run examples/dns_tap.bpf.o --pcap trace.pcap --engine kernel",
      "      the same by this machine's kernel (as root)",
      "  skep run examples/xdp_firewall.bpf.o --engine jit --repeat 1000000 --stats",
      "      compiled to Java bytecode: how long a run takes, and what became of each function",
      "",
      "Exit codes: 0 it ran; 1 the program trapped, or the kernel refused it; 2 usage;",
      "3 a file cannot be read; 4 no kernel or no privilege."
    })
public final class RunCommand implements Callable<Integer> {

  /** What runs the program. */
  enum EngineName {
    INTERPRETER,
    JIT,
    KERNEL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where the packets come from. */
  static final class Input {
    @Option(
        names = "--data",
        paramLabel = "HEX|@FILE",
        required = true,
        description = "One packet: hex digits, or @ and the name of a file with its bytes.")
    @Nullable String data;

    @Option(
        names = "--pcap",
        paramLabel = "FILE",
        required = true,
        description = "Every packet of a capture file (pcap).")
    @Nullable Path pcap;
  }

  /** More than any context or packet has, in bytes. */
  private static final int MAX_DATA = 16 << 20;

  @Spec private CommandSpec spec;

  @Mixin private Target target;

  @Parameters(paramLabel = "FILE", description = "A BPF object.")
  private Path file;

  @Option(
      names = "--prog",
      paramLabel = "NAME",
      description = "The program; may be left out if there is only one.")
  private @Nullable String prog;

  @ArgGroup(multiplicity = "0..1")
  private @Nullable Input input;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "interpreter",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private EngineName engine = EngineName.INTERPRETER;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Run N times on the packet as it was, and print the time of a run.")
  private @Nullable Integer repeat;

  @Option(
      names = "--stats",
      description = "Print what the engine counted: instructions, or what was compiled.")
  private boolean stats;

  @Option(
      names = "--dump-bytecode",
      paramLabel = "DIR",
      description = "With --engine jit: store the Java classes there, for javap -c -p.")
  private @Nullable Path dump;

  @Override
  public Integer call() throws IOException {
    checkOptions();
    BpfObject object = Chosen.object(file, Inputs.optionsFor(target.profile()));
    ProgramSpec program = Chosen.program(object, file, prog);
    PrintWriter out = spec.commandLine().getOut();
    byte[] data = data();
    try (PacketRunner runner = runner(object, program)) {
      int code =
          input != null && input.pcap != null
              ? runCapture(runner, program, input.pcap)
              : runOnce(runner, program, data, out);
      if (repeat != null) {
        long nanos = runner.time(data, repeat);
        out.printf(
            Locale.ROOT, "%d runs, %.1f ns each%n", repeat, (double) nanos / Math.max(repeat, 1));
      }
      if (stats) {
        runner.statistics().forEach(out::println);
      }
      if (dump != null) {
        store(runner.classes(), program.name(), dump, out);
      }
      for (PacketRunner.MapDump map : runner.maps()) {
        MapPrinter.print(map, out);
      }
      return code;
    }
  }

  private void checkOptions() {
    if (dump != null && engine != EngineName.JIT) {
      throw CommandFailure.usage("--dump-bytecode is for --engine jit");
    }
    if (repeat != null && (repeat < 1 || (input != null && input.pcap != null))) {
      throw CommandFailure.usage("--repeat takes a number from 1 on, and one packet (--data)");
    }
  }

  private static void store(List<byte[]> classes, String name, Path folder, PrintWriter out)
      throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < classes.size(); i++) {
      Path target = folder.resolve(name + "-" + i + ".class");
      Files.write(target, classes.get(i));
      out.printf("stored %s%n", target);
    }
  }

  private PacketRunner runner(BpfObject object, ProgramSpec program) {
    int cpus = target.profile().possibleCpus();
    Prepared prepared =
        switch (engine) {
          case INTERPRETER -> EngineRunner.prepare(new Interpreter(), program, cpus);
          case JIT -> EngineRunner.prepare(new Jit(new Interpreter()), program, cpus);
          case KERNEL -> KernelRunner.load(KernelAnswer.open(), object, program);
        };
    return switch (prepared) {
      case Prepared.Ready(PacketRunner runner) -> runner;
      case Prepared.Refused(String reason) -> throw CommandFailure.rejected(reason);
    };
  }

  private byte[] data() {
    String text = input == null ? null : input.data;
    if (text == null) {
      return SamplePackets.tcpSyn();
    }
    if (text.startsWith("@")) {
      return InputFile.read(Path.of(text.substring(1)), MAX_DATA);
    }
    try {
      return HexFormat.of().parseHex(text.replaceAll("[\\s:]", ""));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--data takes an even number of hex digits, or @ and a file's name; " + e.getMessage());
    }
  }

  private static int runOnce(
      PacketRunner runner, ProgramSpec program, byte[] data, PrintWriter out) {
    return switch (runner.run(data)) {
      case RunResult.Finished finished -> {
        out.printf("result %s%n", ResultNames.of(program.type(), finished.result()));
        printPacket(finished.packet(), data, out);
        yield ExitCode.OK;
      }
      case RunResult.Trapped trapped -> {
        out.println(trapped.reason());
        yield ExitCode.REJECTED;
      }
      case RunResult.NotRun not -> throw CommandFailure.usage(not.reason());
    };
  }

  private static void printPacket(Bytes packet, byte[] before, PrintWriter out) {
    if (packet.size() == 0) {
      return;
    }
    boolean same = packet.equals(Bytes.of(before));
    out.printf("packet %d bytes, %s%n", packet.size(), same ? "unchanged" : "changed");
    for (int i = 0; i < packet.size(); i += 16) {
      var line = new StringBuilder();
      for (int j = i; j < Math.min(i + 16, packet.size()); j++) {
        line.append(j == i + 8 ? "  " : " ");
        line.append(HexFormat.of().toHexDigits(packet.at(j)));
      }
      out.printf("  %04x %s%n", i, line);
    }
  }

  private int runCapture(PacketRunner runner, ProgramSpec program, Path pcap) throws IOException {
    Inputs.requireFile(pcap);
    PrintWriter out = spec.commandLine().getOut();
    var progress = ProgressBar.onErr(spec.commandLine().getErr(), "packets");
    long size = Files.size(pcap);
    Map<String, Integer> results = new TreeMap<>();
    int packets = 0;
    boolean trapped = false;
    try (PcapReader reader = PcapReader.open(pcap)) {
      if (!reader.ethernet()) {
        throw CommandFailure.unreadable(
            pcap + ": link type " + reader.linkType() + "; skep runs Ethernet captures (type 1)");
      }
      for (var packet = reader.next(); packet != null; packet = reader.next()) {
        packets++;
        String result =
            switch (runner.run(packet.data())) {
              case RunResult.Finished finished -> ResultNames.of(program.type(), finished.result());
              case RunResult.Trapped trap -> {
                trapped = true;
                yield trap.reason();
              }
              case RunResult.NotRun not -> not.reason();
            };
        out.printf("%6d  %5d bytes  %s%n", packet.number(), packet.data().length, result);
        results.merge(result, 1, Integer::sum);
        progress.at(packets, reader.position(), size);
      }
    } catch (PcapReader.FormatException e) {
      throw CommandFailure.unreadable(pcap + ": " + e.getMessage());
    }
    progress.done();
    out.printf("%d packets%n", packets);
    results.forEach((result, count) -> out.printf("%6d  %s%n", count, result));
    return trapped ? ExitCode.REJECTED : ExitCode.OK;
  }
}
