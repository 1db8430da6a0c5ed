package dev.skep.cli.kernel;

import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.isa.RawInstruction;
import java.util.TreeSet;

/** A program's basic blocks and jumps in the language of Graphviz: {@code prog dump … visual}. */
final class FlowGraph {

  private FlowGraph() {}

  static String dot(String name, Code code, Names names) {
    var starts = new TreeSet<Integer>();
    starts.add(0);
    for (int pc = 0; pc < code.size(); pc += width(code, pc)) {
      RawInstruction raw = code.at(pc);
      int target = target(raw, pc);
      if (target >= 0 || isExit(raw)) {
        starts.add(pc + 1);
      }
      if (target >= 0) {
        starts.add(target);
      }
    }
    starts.removeIf(pc -> pc >= code.size());
    var text =
        new StringBuilder("digraph \"" + name + "\" {\n  node [shape=box fontname=monospace];\n");
    for (int start : starts) {
      Integer next = starts.higher(start);
      block(text, code, names, start, next == null ? code.size() : next);
    }
    return text.append("}\n").toString();
  }

  private static int width(Code code, int pc) {
    return code.at(pc).isWide() && pc + 1 < code.size() ? 2 : 1;
  }

  private static void block(StringBuilder text, Code code, Names names, int start, int end) {
    text.append("  b%d [label=\"".formatted(start));
    int last = start;
    for (int pc = start; pc < end; pc += width(code, pc)) {
      String line = Listing.text(code, pc, names);
      text.append("%d: %s\\l".formatted(pc, line.replace("\\", "\\\\").replace("\"", "\\\"")));
      last = pc;
    }
    text.append("\"];\n");
    RawInstruction raw = code.at(last);
    int target = target(raw, last);
    if (target >= 0 && target < code.size()) {
      text.append("  b%d -> b%d;\n".formatted(start, target));
    }
    if (!isExit(raw) && !isGoto(raw) && end < code.size()) {
      text.append("  b%d -> b%d [style=dashed];\n".formatted(start, end));
    }
  }

  private static boolean isExit(RawInstruction raw) {
    return raw.opcode() == 0x95;
  }

  private static boolean isGoto(RawInstruction raw) {
    return raw.opcode() == 0x05 || raw.opcode() == 0x06;
  }

  /** Where a jump goes; -1 for what is no jump. */
  private static int target(RawInstruction raw, int pc) {
    int jumpClass = raw.opcode() & 7;
    int operation = raw.opcode() >> 4;
    if (raw.opcode() == 0x06) {
      return pc + 1 + raw.imm();
    }
    boolean jump = (jumpClass == 5 || jumpClass == 6) && operation != 8 && operation != 9;
    return jump ? pc + 1 + raw.offset() : -1;
  }
}
