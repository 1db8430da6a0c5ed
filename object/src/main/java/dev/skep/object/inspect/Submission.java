package dev.skep.object.inspect;

import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadResult;
import dev.skep.object.diagnostic.Diagnostic;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What would be submitted to the kernel, one fact a line, so that it can be compared with what a
 * loader submits:
 *
 * <pre>
 * map NAME type N key BYTES value BYTES entries N flags 0xN extra N ids KEY VALUE
 * prog NAME type N attach N flags 0xN btf ID license TEXT insns SLOTS
 * PC BITS [MAP]
 * func PC TYPE
 * line PC LINE:COLUMN
 * </pre>
 *
 * <p>Names are cut to the kernel's 15 characters. An instruction's bits are its eight bytes as a
 * little-endian number; the number of a map's file descriptor is replaced by the map's name.
 * Programs that are loaded only on demand are left out, findings are lines that start with {@code
 * #}.
 */
public final class Submission {

  private final StringBuilder text = new StringBuilder();

  private Submission() {}

  /** The lines. */
  public static String print(BpfObject object) {
    var submission = new Submission();
    object.maps().forEach(submission::map);
    object.programs().forEach(submission::program);
    object.warnings().forEach(submission::finding);
    return submission.text.toString();
  }

  /** The lines, or only findings if there is no object. */
  public static String print(ReadResult result) {
    return switch (result) {
      case ReadResult.Read read -> print(read.object());
      case ReadResult.Refused refused -> {
        var submission = new Submission();
        refused.diagnostics().forEach(submission::finding);
        yield submission.text.toString();
      }
    };
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }

  private void finding(Diagnostic d) {
    line("# %s %s: %s", d.severity().name().toLowerCase(Locale.ROOT), d.rule(), d.message());
    d.notes().forEach(note -> line("#   %s", note));
  }

  private void map(MapSpec map) {
    if (map.inner() != null) {
      map(map.inner());
    }
    line(
        "map %s type %d key %d value %d entries %d flags %#x extra %d ids %d %d",
        map.kernelName(),
        map.type().number(),
        map.keySize(),
        map.valueSize(),
        Integer.toUnsignedLong(map.maxEntries()),
        map.flags(),
        map.extra(),
        map.btfKeyTypeId(),
        map.btfValueTypeId());
  }

  private void program(ProgramSpec program) {
    if (!program.autoload()) {
      return;
    }
    String name = program.name();
    line(
        "prog %s type %d attach %d flags %#x btf %d license %s insns %d",
        name.length() <= 15 ? name : name.substring(0, 15),
        program.type().number(),
        program.expectedAttachType() == null
            ? program.structOpsMember().orElse(0)
            : program.expectedAttachType().number(),
        program.flags(),
        program.attachBtfId(),
        program.license(),
        program.code().size());
    boolean second = false;
    for (int pc = 0; pc < program.code().size(); pc++) {
      RawInstruction instruction = program.code().at(pc);
      String map = second ? null : mapOf(program, instruction);
      line(
          "%4d %016x%s",
          pc,
          map == null ? instruction.bits() : instruction.withImm(0).bits(),
          map == null ? "" : " " + map);
      second = !second && instruction.isWide();
    }
    program.functions().forEach(f -> line("func %d %d", f.pc(), f.typeId()));
    program.lines().forEach(l -> line("line %d %d:%d", l.pc(), l.line(), l.column()));
  }

  private static @Nullable String mapOf(ProgramSpec program, RawInstruction instruction) {
    boolean ofMap =
        instruction.isWide()
            && (instruction.srcReg() == WideKind.MAP_FD.code()
                || instruction.srcReg() == WideKind.MAP_VALUE.code());
    return ofMap ? program.maps().get(instruction.imm()).kernelName() : null;
  }
}
