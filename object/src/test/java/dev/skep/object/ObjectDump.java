package dev.skep.object;

import dev.skep.btf.BtfReader;
import dev.skep.catalog.KernelVersion;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints what would be submitted to the kernel, one fact a line, so that it can be compared with
 * what libbpf submits: {@code ObjectDump [--btf FILE] FILE…}.
 */
public final class ObjectDump {

  private ObjectDump() {}

  /** Prints the objects that are named. */
  public static void main(String[] args) throws IOException {
    ReadOptions options = RunningKernel.options();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--btf")) {
        options = options.withKernelBtf(BtfReader.readFile(Path.of(args[++i])));
      } else if (args[i].equals("--kernel")) {
        KernelVersion kernel = KernelVersion.parse(args[++i]);
        options = ReadOptions.forKernel(kernel, options.kernelBtf());
      } else {
        Path file = Path.of(args[i]);
        Path out = args.length > i + 2 && args[i + 1].equals("-o") ? Path.of(args[i + 2]) : null;
        String text = dump(ObjectReader.read(file, options));
        if (out == null) {
          System.out.print(text);
        } else {
          Files.writeString(out, text);
          i += 2;
        }
      }
    }
  }

  static String dump(ReadResult result) {
    var text = new StringBuilder();
    switch (result) {
      case ReadResult.Refused refused -> refused.diagnostics().forEach(d -> finding(text, d));
      case ReadResult.Read read -> {
        read.object().maps().forEach(map -> map(text, map));
        read.object().programs().forEach(program -> program(text, program));
        read.object().warnings().forEach(d -> finding(text, d));
      }
    }
    return text.toString();
  }

  private static void finding(StringBuilder text, Diagnostic d) {
    text.append(
        "# %s %s: %s%n"
            .formatted(d.severity().name().toLowerCase(Locale.ROOT), d.rule(), d.message()));
    d.notes().forEach(note -> text.append("#   ").append(note).append('\n'));
  }

  private static void map(StringBuilder text, MapSpec map) {
    if (map.inner() != null) {
      map(text, map.inner());
    }
    text.append(
        "map %s type %d key %d value %d entries %d flags %#x extra %d ids %d %d%n"
            .formatted(
                map.kernelName(),
                map.type().number(),
                map.keySize(),
                map.valueSize(),
                Integer.toUnsignedLong(map.maxEntries()),
                map.flags(),
                map.extra(),
                map.btfKeyTypeId(),
                map.btfValueTypeId()));
  }

  private static void program(StringBuilder text, ProgramSpec program) {
    if (!program.autoload()) {
      return;
    }
    String name = program.name();
    text.append(
        "prog %s type %d attach %d flags %#x btf %d license %s insns %d%n"
            .formatted(
                name.length() <= 15 ? name : name.substring(0, 15),
                program.type().number(),
                program.expectedAttachType() == null
                    ? program.structOpsMember().orElse(0)
                    : program.expectedAttachType().number(),
                program.flags(),
                program.attachBtfId(),
                program.license(),
                program.code().size()));
    boolean second = false;
    for (int pc = 0; pc < program.code().size(); pc++) {
      RawInstruction instruction = program.code().at(pc);
      String reference = "";
      if (!second
          && instruction.isWide()
          && (instruction.srcReg() == WideKind.MAP_FD.code()
              || instruction.srcReg() == WideKind.MAP_VALUE.code())) {
        reference = " " + program.maps().get(instruction.imm()).kernelName();
        instruction = instruction.withImm(0);
      }
      second = !second && instruction.isWide();
      text.append("%4d %016x%s%n".formatted(pc, instruction.bits(), reference));
    }
    program.functions().forEach(f -> text.append("func %d %d%n".formatted(f.pc(), f.typeId())));
    program
        .lines()
        .forEach(l -> text.append("line %d %d:%d%n".formatted(l.pc(), l.line(), l.column())));
  }
}
