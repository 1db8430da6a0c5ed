package dev.skep.object.reader;

import dev.skep.btf.BtfExt;
import dev.skep.btf.BtfExt.FunctionRecord;
import dev.skep.btf.BtfExt.LineRecord;
import dev.skep.isa.Opcode;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.FunctionInfo;
import dev.skep.object.LineInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a program the subprograms that it calls, in libbpf's order: each where the first call
 * of it is met, followed at once by those that it calls itself.
 *
 * <pre>
 *   main: a(); b();  a: c();      gives   main | a | c | b
 * </pre>
 */
final class Linker {

  /** Slots and lines of all programs together: a small file must not become a huge object. */
  private static final int MAX_TOTAL = 4_000_000;

  private final Sections sections;
  private final Map<Integer, List<FunctionRecord>> functionRecords = new HashMap<>();
  private final Map<Integer, List<LineRecord>> lineRecords = new HashMap<>();
  private final boolean ext;
  private long total;

  Linker(Sections sections, @Nullable BtfExt ext, Map<String, Integer> sectionByName) {
    this.sections = sections;
    this.ext = ext != null;
    if (ext != null) {
      collect(ext.functions(), functionRecords, sectionByName, FunctionRecord::instructionOffset);
      collect(ext.lines(), lineRecords, sectionByName, LineRecord::instructionOffset);
    }
  }

  private static <R> void collect(
      List<BtfExt.Section<R>> from,
      Map<Integer, List<R>> to,
      Map<String, Integer> sectionByName,
      ToIntFunction<R> offset) {
    for (BtfExt.Section<R> section : from) {
      Integer index = sectionByName.get(section.name());
      if (index != null && to.putIfAbsent(index, section.records()) == null) {
        int last = -1;
        for (R r : section.records()) {
          if (offset.applyAsInt(r) < last) {
            throw new BadObject(
                "object/btf-ext",
                "the records of section '%s' in .BTF.ext are not sorted, which the kernel refuses"
                    .formatted(section.name()));
          }
          last = offset.applyAsInt(r);
        }
      }
    }
  }

  /** A program with its subprograms; relocations by pc in the whole. */
  static final class Linked {
    long[] slots;
    final List<Relocation> relocations = new ArrayList<>();

    /** Where the relocation at the same index of {@link #relocations} starts counting. */
    final List<Integer> bases = new ArrayList<>();

    final Map<Function, Integer> places = new java.util.LinkedHashMap<>();
    @Nullable List<FunctionInfo> functions;
    @Nullable List<LineInfo> lines;

    Linked(long[] slots) {
      this.slots = slots;
    }
  }

  private static final class Frame {
    final Function function;
    final int base;
    int next;

    Frame(Function function, int base) {
      this.function = function;
      this.base = base;
    }
  }

  Linked link(Function main) {
    var linked = new Linked(main.slots.clone());
    linked.places.put(main, 0);
    count(main.slots.length);
    addRelocations(linked, main, 0);
    relocate(linked, main, main);
    return linked;
  }

  /** Appends a subprogram that nothing calls, such as an exception callback. */
  void appendUncalled(Linked linked, Function main, Function subprogram) {
    if (!linked.places.containsKey(subprogram)) {
      append(linked, subprogram);
      relocate(linked, main, subprogram);
    }
  }

  private void count(int more) {
    total += more;
    if (total > MAX_TOTAL) {
      throw new BadObject(
          "object/too-large",
          "the programs with their subprograms have more than %d instructions and lines"
              .formatted(MAX_TOTAL));
    }
  }

  private void relocate(Linked linked, Function main, Function start) {
    Deque<Frame> stack = new ArrayDeque<>();
    stack.push(new Frame(start, place(linked, start)));
    addInfo(linked, main, start);
    while (!stack.isEmpty()) {
      Frame frame = stack.peek();
      if (frame.next == frame.function.slots.length) {
        stack.pop();
        continue;
      }
      int pc = frame.base + frame.next;
      var instruction = new RawInstruction(linked.slots[pc]);
      Function subprogram = target(frame, instruction);
      if (subprogram == null) {
        frame.next++;
      } else if (!linked.places.containsKey(subprogram)) {
        append(linked, subprogram);
        addInfo(linked, main, subprogram);
        stack.push(new Frame(subprogram, place(linked, subprogram)));
      } else {
        int offset = place(linked, subprogram) - pc - 1;
        linked.slots[pc] = instruction.withImm(offset).bits();
        frame.next++;
      }
    }
  }

  private static int place(Linked linked, Function function) {
    Integer place = linked.places.get(function);
    if (place == null) {
      throw new IllegalStateException("not appended");
    }
    return place;
  }

  /** The subprogram that an instruction calls or takes the address of, or null. */
  private @Nullable Function target(Frame frame, RawInstruction instruction) {
    boolean call =
        instruction.opcode() == Opcode.CALL
            && instruction.srcReg() == Opcode.PSEUDO_CALL
            && instruction.dstReg() == 0
            && instruction.offset() == 0;
    boolean address = instruction.isWide() && instruction.srcReg() == WideKind.CODE_ADDRESS.code();
    if (!call && !address) {
      return null;
    }
    Function caller = frame.function;
    Relocation relocation = caller.relocationAt(frame.next);
    long slot;
    switch (relocation) {
      case Relocation.ExternCall _ -> {
        return null;
      }
      case Relocation.Call c -> slot = c.offset() / 8 + instruction.imm() + 1;
      case Relocation.SubprogramAddress a -> slot = (a.offset() + instruction.imm()) / 8;
      case null -> {
        if (address) {
          throw bad(caller, frame.next, "the address of a subprogram without a relocation");
        }
        slot = (long) caller.start + frame.next + instruction.imm() + 1;
      }
      case Relocation.MapReference _, Relocation.Data _, Relocation.ExternAddress _ ->
          throw bad(caller, frame.next, "a call that is relocated like data");
    }
    Function subprogram = sections.functionAt(sections.text, slot);
    if (subprogram == null) {
      throw bad(
          caller,
          frame.next,
          "it calls slot %d of section .text, where no function is".formatted(slot));
    }
    return subprogram;
  }

  private void append(Linked linked, Function subprogram) {
    int base = linked.slots.length;
    count(subprogram.slots.length);
    linked.slots = Arrays.copyOf(linked.slots, base + subprogram.slots.length);
    System.arraycopy(subprogram.slots, 0, linked.slots, base, subprogram.slots.length);
    linked.places.put(subprogram, base);
    addRelocations(linked, subprogram, base);
  }

  private static void addRelocations(Linked linked, Function function, int base) {
    for (Relocation relocation : function.relocations) {
      linked.relocations.add(relocation);
      linked.bases.add(base);
    }
  }

  private void addInfo(Linked linked, Function main, Function function) {
    if (!ext) {
      return;
    }
    int base = place(linked, function);
    boolean first = function == main;
    if (first || linked.functions != null) {
      List<FunctionRecord> records = own(functionRecords, function, r -> r.instructionOffset());
      if (records.isEmpty() && !first) {
        throw missing(function, "function");
      }
      if (!records.isEmpty()) {
        if (linked.functions == null) {
          linked.functions = new ArrayList<>();
        }
        for (FunctionRecord r : records) {
          linked.functions.add(
              new FunctionInfo(r.instructionOffset() / 8 - function.start + base, r.typeId()));
        }
      }
    }
    if (first || linked.lines != null) {
      List<LineRecord> records = own(lineRecords, function, r -> r.instructionOffset());
      if (records.isEmpty() && !first) {
        throw missing(function, "line");
      }
      if (!records.isEmpty()) {
        if (linked.lines == null) {
          linked.lines = new ArrayList<>();
        }
        count(records.size());
        for (LineRecord r : records) {
          linked.lines.add(
              new LineInfo(
                  r.instructionOffset() / 8 - function.start + base,
                  r.file(),
                  r.text(),
                  r.line(),
                  r.column()));
        }
      }
    }
  }

  private static BadObject missing(Function function, String what) {
    return new BadObject(
        "object/btf-ext",
        ".BTF.ext has no %s records for function '%s', though it has them for its caller"
            .formatted(what, function.name));
  }

  /** The records inside a function; they are sorted. */
  private static <R> List<R> own(
      Map<Integer, List<R>> all, Function function, ToIntFunction<R> offset) {
    List<R> records = all.getOrDefault(function.section.index(), List.of());
    int from = firstAtOrAfter(records, function.start, offset);
    int to = firstAtOrAfter(records, (long) function.start + function.slots.length, offset);
    return records.subList(from, to);
  }

  private static <R> int firstAtOrAfter(List<R> records, long slot, ToIntFunction<R> offset) {
    int low = 0;
    int high = records.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offset.applyAsInt(records.get(middle)) / 8 < slot) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static BadObject bad(Function function, int pc, String why) {
    return new BadObject(
        "object/relocation", "function '%s', instruction %d: %s".formatted(function.name, pc, why));
  }
}
