package dev.skep.object.writer;

import dev.skep.btf.BtfExt.FunctionRecord;
import dev.skep.btf.BtfExt.LineRecord;
import dev.skep.object.FunctionInfo;
import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;

/** A section of code while functions are put into it. */
final class CodeSection {

  final String name;
  final List<Long> slots = new ArrayList<>();
  final List<FunctionRecord> functions = new ArrayList<>();
  final List<LineRecord> lines = new ArrayList<>();
  final List<Pending> relocations = new ArrayList<>();
  final List<Symbol> symbols = new ArrayList<>();

  CodeSection(String name) {
    this.name = name;
  }

  /** A function's symbol, written when its section is. */
  record Symbol(String name, boolean global, int start, int length) {}

  /** A reference from a slot; {@code target} is a symbol's handle, or -1 for section .text. */
  record Pending(int slot, int target, int type) {}

  /** Takes over the records of a function, which goes to {@code place}. */
  void addRecords(ProgramSpec program, int start, int end, int place) {
    for (FunctionInfo f : program.functions()) {
      if (f.pc() >= start && f.pc() < end) {
        functions.add(new FunctionRecord((place + f.pc() - start) * 8, f.typeId()));
      }
    }
    for (LineInfo l : program.lines()) {
      if (l.pc() >= start && l.pc() < end) {
        lines.add(
            new LineRecord((place + l.pc() - start) * 8, l.file(), l.text(), l.line(), l.column()));
      }
    }
  }
}
