package dev.skep.object.inspect;

import dev.skep.catalog.KernelVersion;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The instruction features of a program, with the Linux release that brought each.
 *
 * <p>Releases are those of the commits to {@code kernel/bpf}; the cpu versions are LLVM's ({@code
 * -mcpu=v3}).
 */
final class InstructionNeeds {

  private static final int CALL = 0x85;
  private static final int TAIL_CALL = 12;

  private final Map<String, KernelVersion> needs = new TreeMap<>();
  private final SortedSet<String> groups = new TreeSet<>();
  private final SortedSet<Integer> helpers = new TreeSet<>();
  private boolean subprograms;

  InstructionNeeds(Code code) {
    for (int pc = 0; pc < code.size(); pc++) {
      RawInstruction instruction = code.at(pc);
      visit(instruction);
      if (instruction.isWide()) {
        pc++;
      }
    }
    if (code.size() > 4096) {
      need("more than 4096 instructions", 5, 2);
    }
    if (subprograms && helpers.contains(TAIL_CALL)) {
      need("tail calls in a program with subprograms", 5, 10);
    }
  }

  Map<String, KernelVersion> needs() {
    return needs;
  }

  /** RFC 9669's conformance groups. */
  SortedSet<String> groups() {
    return groups;
  }

  SortedSet<Integer> helpers() {
    return helpers;
  }

  private void need(String feature, int major, int minor) {
    needs.put(feature, new KernelVersion(major, minor));
  }

  private void visit(RawInstruction i) {
    switch (i.instructionClass()) {
      case ALU -> arithmetic(i, "32");
      case ALU64 -> arithmetic(i, "64");
      case LD -> load(i);
      case LDX -> {
        size(i);
        if ((i.opcode() & 0xe0) == 0x80) {
          need("sign-extending loads (cpu v4)", 6, 6);
        }
      }
      case ST -> size(i);
      case STX -> {
        if ((i.opcode() & 0xe0) == 0xc0) {
          atomic(i);
        } else {
          size(i);
        }
      }
      case JMP -> jump(i, "64");
      case JMP32 -> {
        if ((i.opcode() & 0xf0) == 0) {
          need("long jumps, gotol (cpu v4)", 6, 6);
          back(i.imm());
        } else {
          need("32-bit jumps (cpu v3)", 5, 1);
          jump(i, "32");
        }
      }
    }
  }

  private void arithmetic(RawInstruction i, String width) {
    int op = i.opcode() & 0xf0;
    boolean divides = op == 0x20 || op == 0x30 || op == 0x90;
    groups.add((divides ? "divmul" : "base") + width);
    if ((op == 0x30 || op == 0x90) && i.offset() == 1) {
      need("signed division (cpu v4)", 6, 6);
    }
    if (op == 0xb0 && i.offset() == 1 && i.imm() >>> 16 != 0) {
      need("address space casts", 6, 9);
    } else if (op == 0xb0 && i.offset() != 0) {
      need("sign-extending moves (cpu v4)", 6, 6);
    }
    if (op == 0xd0 && width.equals("64")) {
      need("unconditional byte swaps (cpu v4)", 6, 6);
    }
  }

  private void size(RawInstruction i) {
    groups.add((i.opcode() & 0x18) == 0x18 ? "base64" : "base32");
  }

  private void load(RawInstruction i) {
    if (!i.isWide()) {
      groups.add("packet");
      return;
    }
    groups.add("base64");
    if (i.srcReg() >= WideKind.COUNT) {
      return;
    }
    switch (WideKind.of(i.srcReg())) {
      case CONSTANT, MAP_FD -> {}
      case MAP_VALUE -> need("global data", 5, 2);
      case VARIABLE_ADDRESS -> need("kernel variables by BTF", 5, 10);
      case CODE_ADDRESS -> need("addresses of subprograms", 5, 13);
      case MAP_INDEX, MAP_INDEX_VALUE -> need("maps by index in fd_array", 5, 14);
    }
  }

  private void atomic(RawInstruction i) {
    groups.add((i.opcode() & 0x18) == 0x18 ? "atomic64" : "atomic32");
    if (i.imm() == 0x100 || i.imm() == 0x110) {
      need("load-acquire and store-release", 6, 15);
    } else if (i.imm() != 0) {
      need("atomic operations besides addition (cpu v3)", 5, 12);
    }
  }

  private void jump(RawInstruction i, String width) {
    groups.add("base" + width);
    int op = i.opcode() & 0xf0;
    switch (op) {
      case 0x80 -> call(i);
      case 0x90 -> {}
      case 0xe0 -> need("may_goto", 6, 9);
      case 0xa0, 0xb0, 0xc0, 0xd0 -> {
        need("less-than jumps (cpu v2)", 4, 14);
        back(i.offset());
      }
      default -> back(i.offset());
    }
  }

  private void back(int offset) {
    if (offset < 0) {
      need("loops", 5, 3);
    }
  }

  private void call(RawInstruction i) {
    if (i.opcode() != CALL) {
      return;
    }
    switch (i.srcReg()) {
      case 0 -> helpers.add(i.imm());
      case 1 -> {
        subprograms = true;
        need("subprograms", 4, 16);
      }
      case 2 -> need("kernel functions (kfuncs)", 5, 13);
      default -> {}
    }
  }
}
