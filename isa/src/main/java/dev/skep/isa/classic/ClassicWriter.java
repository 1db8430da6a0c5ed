package dev.skep.isa.classic;

import java.util.List;

/** Writes filters in the forms that {@link ClassicText} reads. */
public final class ClassicWriter {

  private static final String[] ALU = {
    "add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", "mod", "xor"
  };
  private static final String[] JUMP = {"ja", "jeq", "jgt", "jge", "jset"};

  private ClassicWriter() {}

  /** The listing of {@code tcpdump -d}. */
  public static String listing(List<ClassicInstruction> program) {
    StringBuilder out = new StringBuilder();
    for (int pc = 0; pc < program.size(); pc++) {
      ClassicInstruction i = program.get(pc);
      String text = "%-8s %s".formatted(mnemonic(i), operand(i, pc)).strip();
      out.append("(%03d) ".formatted(pc));
      if (isConditional(i)) {
        out.append("%-25s jt %d\tjf %d".formatted(text, pc + 1 + i.jt(), pc + 1 + i.jf()));
      } else {
        out.append(text);
      }
      out.append('\n');
    }
    return out.toString();
  }

  /** The numbers of {@code tcpdump -ddd}: how many, then one instruction a line. */
  public static String numbers(List<ClassicInstruction> program) {
    StringBuilder out = new StringBuilder().append(program.size()).append('\n');
    for (ClassicInstruction i : program) {
      out.append("%d %d %d %d\n".formatted(i.code(), i.jt(), i.jf(), i.k() & 0xffff_ffffL));
    }
    return out.toString();
  }

  /** The elements of a {@code struct sock_filter} array in C, as {@code tcpdump -dd} has them. */
  public static String structs(List<ClassicInstruction> program) {
    StringBuilder out = new StringBuilder();
    program.forEach(i -> out.append(i).append(",\n"));
    return out.toString();
  }

  private static boolean isConditional(ClassicInstruction i) {
    return i.instructionClass() == Classic.JMP && i.operation() != 0 && i.operation() <= 0x40;
  }

  private static String mnemonic(ClassicInstruction i) {
    return switch (i.code()) {
      case 0x00, 0x20, 0x40, 0x60, 0x80 -> "ld";
      case 0x28, 0x48 -> "ldh";
      case 0x30, 0x50 -> "ldb";
      case 0x01, 0x61, 0x81 -> "ldx";
      case 0xb1 -> "ldxb";
      case Classic.ST -> "st";
      case Classic.STX -> "stx";
      case Classic.RET_K, Classic.RET_A -> "ret";
      case Classic.TAX -> "tax";
      case Classic.TXA -> "txa";
      default -> {
        String[] names = i.instructionClass() == Classic.ALU ? ALU : JUMP;
        boolean named = i.instructionClass() == Classic.ALU || i.instructionClass() == Classic.JMP;
        int index = i.operation() >> 4;
        yield named && index < names.length ? names[index] : "unimp";
      }
    };
  }

  private static String operand(ClassicInstruction i, int pc) {
    return switch (i.code()) {
      case 0x00, 0x01 -> "#0x%x".formatted(i.k());
      case 0x20, 0x28, 0x30 -> {
        Classic.Ancillary extension = Classic.ancillary(i);
        yield switch (extension) {
          case null -> "[%d]".formatted(i.k());
          case VLAN_TAG_PRESENT -> "[vlanp]"; // libpcap's name for it
          default -> "[" + extension.assemblyName + "]";
        };
      }
      case 0x40, 0x48, 0x50 -> "[x + %d]".formatted(i.k());
      case 0x60, 0x61, Classic.ST, Classic.STX -> "M[%d]".formatted(i.k());
      case 0x80, 0x81 -> "#pktlen";
      case 0xb1 -> "4*([%d]&0xf)".formatted(i.k());
      case Classic.RET_K -> "#%d".formatted(i.k() & 0xffff_ffffL);
      case Classic.RET_A -> "a";
      case Classic.TAX, Classic.TXA, Classic.NEG -> "";
      case Classic.JMP -> String.valueOf(pc + 1L + (i.k() & 0xffff_ffffL));
      default -> i.usesX() ? "x" : "#0x%x".formatted(i.k());
    };
  }
}
