package dev.skep.kernel;

import dev.skep.object.Bytes;
import dev.skep.object.LineInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel remembers of where a program's instructions and its machine code came from: the
 * part of {@code struct bpf_prog_info} that counts.
 *
 * @param functions where functions start in the translated instructions; empty without types
 * @param lines source lines by ascending pc of the translated instructions; empty without line
 *     information
 * @param machineFunctions the machine code's functions, in their order in the dump; addresses are 0
 *     if {@code kernel.kptr_restrict} hides them
 * @param machineLines the addresses of the lines' machine code, as many as lines, or none
 */
public record ProgramSource(
    List<Function> functions,
    List<LineInfo> lines,
    List<MachineFunction> machineFunctions,
    List<Long> machineLines) {

  public ProgramSource {
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    machineFunctions = List.copyOf(machineFunctions);
    machineLines = List.copyOf(machineLines);
  }

  /**
   * A function.
   *
   * @param pc of its first translated instruction
   * @param typeId in the program's types
   */
  public record Function(int pc, int typeId, String name) {}

  /**
   * A function's machine code.
   *
   * @param bytes its length
   * @param tag of its instructions
   */
  public record MachineFunction(long address, int bytes, Bytes tag) {}

  /** The line that a translated instruction belongs to, or null if it is not known. */
  public @Nullable LineInfo lineAt(int pc) {
    LineInfo found = null;
    for (LineInfo line : lines) {
      if (line.pc() > pc) {
        break;
      }
      found = line;
    }
    return found;
  }

  /** The line that begins at a translated instruction, or null. */
  public @Nullable LineInfo lineStartingAt(int pc) {
    LineInfo line = lineAt(pc);
    return line != null && line.pc() == pc ? line : null;
  }
}
