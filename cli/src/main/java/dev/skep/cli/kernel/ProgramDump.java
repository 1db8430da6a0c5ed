package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.ProgramSource;
import dev.skep.object.LineInfo;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel prog dump xlated|jited PROG [file FILE|opcodes|linum|visual]}. */
final class ProgramDump {

  private static final int CALL = 0x85;
  private static final int PSEUDO_CALL = 1;

  private final Kernel kernel;
  private final Output out;
  private boolean opcodes;
  private boolean lineNumbers;
  private boolean visual;
  private @Nullable Path file;

  ProgramDump(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(Words words) throws IOException {
    String what = words.next("xlated or jited", List.of("xlated", "jited"));
    if (!what.equals("xlated") && !what.equals("jited")) {
      throw CommandFailure.usage("expected xlated or jited, not '" + what + "'");
    }
    try (KernelProgram program = References.program(kernel, words)) {
      while (words.hasNext()) {
        if (words.take("opcodes")) {
          opcodes = true;
        } else if (words.take("linum")) {
          lineNumbers = true;
        } else if (words.take("visual")) {
          visual = true;
        } else if (words.take("file")) {
          file = Path.of(words.next("a file"));
        } else {
          words.end();
        }
      }
      if (what.equals("xlated")) {
        translated(program);
      } else if (visual) {
        throw CommandFailure.usage("'visual' shows the flow of xlated instructions, not of jited");
      } else {
        new MachineCode(out, lineNumbers, file).print(program);
      }
    }
  }

  private void translated(KernelProgram program) throws IOException {
    Code code = program.translated();
    if (code.size() == 0) {
      throw CommandFailure.noKernel("the kernel shows no instructions: that needs CAP_BPF");
    }
    if (file != null) {
      Files.write(file, code.toBytes(ByteOrder.LITTLE_ENDIAN));
      return;
    }
    ProgramSource source = program.source();
    var names = new KernelNames(source);
    if (visual) {
      out.raw(FlowGraph.dot(program.name(), code, names));
      return;
    }
    var prototypes = Prototypes.of(kernel, program.info().origin().types().object());
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    byte[] bytes = code.toBytes(ByteOrder.LITTLE_ENDIAN);
    int pc = 0;
    while (pc < code.size()) {
      int slots = code.at(pc).isWide() && pc + 1 < code.size() ? 2 : 1;
      String line = line(code, pc, names, source, program);
      var json = new LinkedHashMap<String, Object>();
      String prototype = prototypeAt(source, prototypes, pc);
      if (prototype != null) {
        json.put("proto", prototype);
        text.append(prototype).append(":\n");
      }
      LineInfo begins = source.lineStartingAt(pc);
      if (begins != null && !begins.text().isBlank()) {
        line(begins, lineNumbers, json, text);
      }
      json.put("disasm", line);
      text.append("%4d: %s\n".formatted(pc, line));
      if (opcodes) {
        List<String> hex =
            Output.hexList(java.util.Arrays.copyOfRange(bytes, pc * 8, (pc + slots) * 8));
        json.put("opcodes", opcodes(hex));
        text.append("       ").append(String.join(" ", hex).replace("0x", "")).append('\n');
      }
      values.add(json);
      pc += slots;
    }
    out.print(values, text.toString());
  }

  /**
   * In translated code, a call of a subprogram has the function's index in its imm, and the
   * distance in its offset.
   */
  private static String line(
      Code code, int pc, KernelNames names, ProgramSource source, KernelProgram program) {
    RawInstruction raw = code.at(pc);
    if (raw.opcode() != CALL || raw.srcReg() != PSEUDO_CALL) {
      return Listing.text(code, pc, names);
    }
    String name = symbol(source, raw.imm(), program.name());
    return "(85) call pc%+d%s".formatted(raw.offset(), name.isEmpty() ? "" : "#" + name);
  }

  /** The name of a function's machine code, as in {@code /proc/kallsyms}. */
  static String symbol(ProgramSource source, int index, String program) {
    if (index < 0 || index >= source.machineFunctions().size()) {
      return "";
    }
    String own = index < source.functions().size() ? source.functions().get(index).name() : program;
    return "bpf_prog_"
        + source.machineFunctions().get(index).tag()
        + (own.isEmpty() ? "" : "_" + own);
  }

  private static @Nullable String prototypeAt(ProgramSource source, Prototypes prototypes, int pc) {
    for (ProgramSource.Function function : source.functions()) {
      if (function.pc() == pc) {
        return prototypes.function(function.typeId());
      }
    }
    return null;
  }

  /** A source line, as bpftool shows it above its code. */
  static void line(
      LineInfo line, boolean lineNumbers, Map<String, Object> json, StringBuilder text) {
    String source = line.text().strip();
    json.put("src", source);
    text.append("; ").append(source);
    if (lineNumbers) {
      json.put("file", line.file());
      json.put("line_num", line.line());
      json.put("line_col", line.column());
      text.append(
          " [file:%s line_num:%d line_col:%d]".formatted(line.file(), line.line(), line.column()));
    }
    text.append('\n');
  }

  /** The bytes by the instruction's fields, as bpftool groups them. */
  private static Map<String, Object> opcodes(List<String> hex) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("code", hex.get(0));
    fields.put("src_reg", "0x" + hex.get(1).charAt(2));
    fields.put("dst_reg", "0x" + hex.get(1).charAt(3));
    fields.put("off", hex.subList(2, 4));
    fields.put("imm", hex.subList(4, hex.size())); // of a wide load with the slot behind it
    return fields;
  }
}
