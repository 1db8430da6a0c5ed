package dev.skep.verifier.cfg;

import dev.skep.object.LineInfo;
import dev.skep.verifier.path.Environment;
import java.util.List;

/** What must hold of the program's line records ({@code check_btf_line}). */
final class LineRecords {

  private final Environment env;

  LineRecords(Environment env) {
    this.env = env;
  }

  void check() {
    List<LineInfo> lines = env.program.lines();
    if (lines.isEmpty() || env.program.btf() == null) {
      return;
    }
    int previous = 0;
    int found = 0;
    for (int i = 0; i < lines.size(); i++) {
      int pc = lines.get(i).pc();
      if (i > 0 && pc <= previous || pc < 0 || pc >= env.code.size()) {
        throw env.invalid(
            "Invalid line_info[%d].insn_off:%d (prev_offset:%d prog->len:%d)"
                .formatted(i, pc, previous, env.code.size()));
      }
      if (env.code.at(pc).opcode() == 0) {
        throw env.invalid("Invalid insn code at line_info[" + i + "].insn_off");
      }
      if (found < env.subprograms.size()) {
        int start = env.subprograms.get(found).start;
        if (pc == start) {
          found++;
        } else if (start < pc) {
          throw env.invalid("missing bpf_line_info for func#" + found);
        }
      }
      previous = pc;
    }
    if (found < env.subprograms.size()) {
      throw env.invalid(
          "missing bpf_line_info for %d funcs starting from func#%d"
              .formatted(env.subprograms.size() - found, found));
    }
  }
}
