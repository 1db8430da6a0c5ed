package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.ProgramSource;
import dev.skep.object.LineInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code skep kernel prog dump jited PROG}: machine code as bytes, function by function and line by
 * line of its source, with the addresses that a profiler shows. There is no disassembler here.
 */
final class MachineCode {

  private static final int ROW = 16;

  private final Output out;
  private final boolean lineNumbers;
  private final @Nullable Path file;

  MachineCode(Output out, boolean lineNumbers, @Nullable Path file) {
    this.out = out;
    this.lineNumbers = lineNumbers;
    this.file = file;
  }

  void print(KernelProgram program) throws IOException {
    byte[] code = program.jited().toArray();
    if (code.length == 0) {
      throw CommandFailure.noKernel(
          "the kernel shows no machine code: the program was not compiled, or"
              + " kernel.kptr_restrict hides it");
    }
    if (file != null) {
      Files.write(file, code);
      return;
    }
    ProgramSource source = program.source();
    String name = program.info().name();
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    int at = 0;
    for (int i = 0; i < source.machineFunctions().size(); i++) {
      ProgramSource.MachineFunction function = source.machineFunctions().get(i);
      int end = Math.min(code.length, at + function.bytes());
      byte[] bytes = Arrays.copyOfRange(code, at, end);
      values.add(function(ProgramDump.symbol(source, i, name), function, bytes, source, text));
      at = end;
    }
    out.print(values, text.toString());
  }

  private Map<String, Object> function(
      String name,
      ProgramSource.MachineFunction function,
      byte[] bytes,
      ProgramSource source,
      StringBuilder text) {
    text.append("%s: # 0x%x, %d bytes\n".formatted(name, function.address(), bytes.length));
    var lines = new ArrayList<Map<String, Object>>();
    NavigableMap<Integer, LineInfo> starts = lines(function, bytes.length, source);
    int at = 0;
    while (at < bytes.length) {
      Integer next = starts.higherKey(at);
      int end = next == null ? bytes.length : next;
      lines.add(line(starts.get(at), at, Arrays.copyOfRange(bytes, at, end), text));
      at = end;
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("name", name);
    json.put("address", "0x" + Long.toHexString(function.address()));
    json.put("bytes", bytes.length);
    json.put("lines", lines);
    return json;
  }

  /** Where in the function's code lines begin; none if the kernel hides addresses. */
  private static NavigableMap<Integer, LineInfo> lines(
      ProgramSource.MachineFunction function, int bytes, ProgramSource source) {
    var starts = new TreeMap<Integer, LineInfo>();
    List<Long> addresses = source.machineLines();
    for (int i = 0; i < Math.min(addresses.size(), source.lines().size()); i++) {
      long offset = addresses.get(i) - function.address();
      if (function.address() != 0 && offset >= 0 && offset < bytes) {
        starts.put((int) offset, source.lines().get(i));
      }
    }
    return starts;
  }

  private Map<String, Object> line(
      @Nullable LineInfo line, int pc, byte[] bytes, StringBuilder text) {
    var json = new LinkedHashMap<String, Object>();
    if (line != null && !line.text().isBlank()) {
      ProgramDump.line(line, lineNumbers, json, text);
    }
    json.put("pc", "0x" + Integer.toHexString(pc));
    json.put("opcodes", Output.hexList(bytes));
    for (int i = 0; i < bytes.length; i += ROW) {
      byte[] row = Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + ROW));
      text.append("%4x: %s\n".formatted(pc + i, Output.hex(row)));
    }
    return json;
  }
}
