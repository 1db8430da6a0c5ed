package dev.skep.isa;

import org.jspecify.annotations.Nullable;

/**
 * The text of one slot, letter for letter as the verifier's log of Linux 6.18 shows it, such as
 * {@code (79) r4 = *(u64 *)(r1 +0)}.
 *
 * <p>Total, and deliberately close to the bits: the kernel lists slots before it has checked them,
 * so that reserved fields are ignored, an operator that does not exist reads {@code (null)}, and an
 * unknown opcode reads {@code BUG_ld_00}.
 */
public final class Listing {

  private static final @Nullable String[] ALU = new String[16];
  private static final @Nullable String[] JUMP = new String[16];

  static {
    for (AluOp op : AluOp.values()) {
      if (op.offset() == 0) {
        ALU[op.code() >> 4] = op.symbol();
      }
    }
    ALU[0x8] = "neg";
    ALU[0xd] = "endian";
    for (JumpOp op : JumpOp.values()) {
      JUMP[op.code() >> 4] = op.symbol();
    }
    JUMP[0x0] = "jmp";
    JUMP[0x8] = "call";
    JUMP[0x9] = "exit";
  }

  private Listing() {}

  /**
   * The text of the slot at {@code pc}, without the {@code pc} itself.
   *
   * @throws IndexOutOfBoundsException if there is no such slot
   */
  public static String text(Code code, int pc, Names names) {
    RawInstruction raw = code.at(pc);
    StringBuilder out = new StringBuilder(48);
    switch (raw.instructionClass()) {
      case ALU, ALU64 -> alu(out, raw);
      case STX -> stx(out, raw);
      case ST -> st(out, raw);
      case LDX -> ldx(out, raw);
      case LD -> ld(out, raw, code, pc, names);
      case JMP, JMP32 -> jump(out, raw, pc, names);
    }
    return out.toString();
  }

  private static StringBuilder opcode(StringBuilder out, RawInstruction raw) {
    hex2(out.append('('), raw.opcode());
    return out.append(") ");
  }

  private static void alu(StringBuilder out, RawInstruction raw) {
    boolean wide = raw.instructionClass() == InstructionClass.ALU64;
    char r = wide ? 'r' : 'w';
    int op = raw.opcode() >> 4;
    boolean register = (raw.opcode() & 0x08) != 0;
    opcode(out, raw);
    if (op == 0xd) {
      String direction = wide ? "bswap" : register ? "be" : "le";
      out.append('r').append(raw.dstReg()).append(" = ").append(direction).append(raw.imm());
      out.append(" r").append(raw.dstReg());
    } else if (op == 0x8) {
      out.append(r).append(raw.dstReg()).append(" = -").append(r).append(raw.dstReg());
    } else if (raw.opcode() == 0xbf && raw.offset() == 1) {
      out.append('r').append(raw.dstReg()).append(" = addr_space_cast(r").append(raw.srcReg());
      out.append(", ").append(raw.imm() >>> 16);
      out.append(", ").append(raw.imm() & 0xffff).append(')');
    } else if (raw.opcode() == 0xbf && raw.offset() == -1) {
      // The kernel's own form of a move, which adds the base of this CPU's data.
      out.append('r').append(raw.dstReg()).append(" = &(void __percpu *)(r");
      out.append(raw.srcReg()).append(')');
    } else {
      out.append(r).append(raw.dstReg()).append(' ');
      if ((op == 0x3 || op == 0x9) && raw.offset() == 1) {
        out.append('s');
      }
      out.append(ALU[op] == null ? "(null)" : ALU[op]).append(' ');
      if (!register) {
        out.append(raw.imm());
        return;
      }
      int bits = raw.offset();
      if (op == 0xb && (bits == 8 || bits == 16 || bits == 32)) {
        out.append("(s").append(bits).append(')');
      }
      out.append(r).append(raw.srcReg());
    }
  }

  private static void stx(StringBuilder out, RawInstruction raw) {
    int mode = raw.opcode() & 0xe0;
    MemorySize size = MemorySize.of(raw.opcode());
    if (mode == 0x60) {
      memory(opcode(out, raw), size.typeName(), raw.dstReg(), raw.offset());
      out.append(" = r").append(raw.srcReg());
      return;
    }
    if (mode != 0xc0) {
      hex2(out.append("BUG_"), raw.opcode());
      return;
    }
    String suffix = size == MemorySize.DW ? "64" : "";
    switch (raw.imm()) {
      case 0x00, 0x40, 0x50, 0xa0 -> {
        memory(opcode(out, raw).append("lock "), size.typeName(), raw.dstReg(), raw.offset());
        out.append(' ').append(ALU[raw.imm() >> 4]).append(" r").append(raw.srcReg());
      }
      case 0x01, 0x41, 0x51, 0xa1 -> {
        String name =
            switch (raw.imm()) {
              case 0x01 -> "add";
              case 0x41 -> "or";
              case 0x51 -> "and";
              default -> "xor";
            };
        opcode(out, raw).append('r').append(raw.srcReg()).append(" = atomic").append(suffix);
        out.append("_fetch_").append(name).append('(');
        address(out, size.typeName(), raw.dstReg(), raw.offset());
        out.append(", r").append(raw.srcReg()).append(')');
      }
      case 0xf1 -> {
        opcode(out, raw).append("r0 = atomic").append(suffix).append("_cmpxchg(");
        address(out, size.typeName(), raw.dstReg(), raw.offset());
        out.append(", r0, r").append(raw.srcReg()).append(')');
      }
      case 0xe1 -> {
        opcode(out, raw).append('r').append(raw.srcReg()).append(" = atomic").append(suffix);
        address(out.append("_xchg("), size.typeName(), raw.dstReg(), raw.offset());
        out.append(", r").append(raw.srcReg()).append(')');
      }
      case Decoder.LOAD_ACQUIRE -> {
        opcode(out, raw).append('r').append(raw.dstReg()).append(" = load_acquire(");
        address(out, size.typeName(), raw.srcReg(), raw.offset());
        out.append(')');
      }
      case Decoder.STORE_RELEASE -> {
        address(
            opcode(out, raw).append("store_release("), size.typeName(), raw.dstReg(), raw.offset());
        out.append(", r").append(raw.srcReg()).append(')');
      }
      default -> hex2(out.append("BUG_"), raw.opcode());
    }
  }

  private static void st(StringBuilder out, RawInstruction raw) {
    int mode = raw.opcode() & 0xe0;
    if (mode == 0x60) {
      MemorySize size = MemorySize.of(raw.opcode());
      memory(opcode(out, raw), size.typeName(), raw.dstReg(), raw.offset());
      out.append(" = ").append(raw.imm());
    } else if (mode == 0xc0) {
      // The kernel's own speculation barrier.
      opcode(out, raw).append("nospec");
    } else {
      hex2(out.append("BUG_st_"), raw.opcode());
    }
  }

  private static void ldx(StringBuilder out, RawInstruction raw) {
    int mode = raw.opcode() & 0xe0;
    MemorySize size = MemorySize.of(raw.opcode());
    if (mode != 0x60 && mode != 0x80) {
      hex2(out.append("BUG_ldx_"), raw.opcode());
      return;
    }
    String type = mode == 0x60 ? size.typeName() : size.signedTypeName();
    if (mode == 0x80 && size == MemorySize.DW) {
      type = "(null)";
    }
    opcode(out, raw).append('r').append(raw.dstReg()).append(" = ");
    memory(out, type, raw.srcReg(), raw.offset());
  }

  private static void ld(StringBuilder out, RawInstruction raw, Code code, int pc, Names names) {
    int mode = raw.opcode() & 0xe0;
    MemorySize size = MemorySize.of(raw.opcode());
    if (mode == 0x20) {
      opcode(out, raw).append("r0 = *(").append(size.typeName()).append(" *)skb[");
      out.append(raw.imm()).append(']');
    } else if (mode == 0x40) {
      opcode(out, raw).append("r0 = *(").append(size.typeName()).append(" *)skb[r");
      out.append(raw.srcReg()).append(" + ").append(raw.imm()).append(']');
    } else if (raw.isWide()) {
      int high = pc + 1 < code.size() ? code.at(pc + 1).imm() : 0;
      long value = (raw.imm() & 0xffff_ffffL) | (long) high << 32;
      String text = names.wide(pc, raw.srcReg(), value);
      opcode(out, raw).append('r').append(raw.dstReg()).append(" = ");
      out.append(text == null ? "0x" + Long.toHexString(value) : text);
    } else {
      hex2(out.append("BUG_ld_"), raw.opcode());
    }
  }

  private static void jump(StringBuilder out, RawInstruction raw, int pc, Names names) {
    int op = raw.opcode() >> 4;
    opcode(out, raw);
    if (op == 0x8) {
      call(out, raw, pc, names);
      return;
    }
    switch (raw.opcode()) {
      case 0x05 -> signed(out.append("goto pc"), raw.offset());
      case 0x06 -> signed(out.append("gotol pc"), raw.imm());
      case 0x95 -> out.append("exit");
      default -> {
        if (raw.opcode() == 0xe5 && raw.srcReg() == 0) {
          signed(out.append("may_goto pc"), raw.offset());
          return;
        }
        char r = raw.instructionClass() == InstructionClass.JMP32 ? 'w' : 'r';
        out.append("if ").append(r).append(raw.dstReg()).append(' ');
        out.append(JUMP[op] == null ? "(null)" : JUMP[op]).append(' ');
        if ((raw.opcode() & 0x08) != 0) {
          out.append(r).append(raw.srcReg());
        } else {
          out.append("0x").append(Integer.toHexString(raw.imm()));
        }
        signed(out.append(" goto pc"), raw.offset());
      }
    }
  }

  private static void call(StringBuilder out, RawInstruction raw, int pc, Names names) {
    out.append("call ");
    String name = null;
    switch (raw.srcReg()) {
      case 0 -> name = names.helper(raw.imm());
      case 1 -> {
        signed(out.append("pc"), raw.imm());
        return;
      }
      case 2 -> {
        name = names.kfunc(pc, raw.imm(), raw.offset());
        if (name == null) {
          name = "kernel-function";
        }
      }
      default -> {
        // The kernel knows no name for the others.
      }
    }
    out.append(name == null ? "unknown" : name).append('#').append(raw.imm());
  }

  /** {@code *(u32 *)(r1 +0)}. */
  private static void memory(StringBuilder out, String type, int register, int offset) {
    address(out.append('*'), type, register, offset);
  }

  /** {@code (u32 *)(r1 +0)}. */
  private static void address(StringBuilder out, String type, int register, int offset) {
    out.append('(').append(type).append(" *)(r").append(register).append(' ');
    signed(out, offset);
    out.append(')');
  }

  private static void signed(StringBuilder out, int number) {
    if (number >= 0) {
      out.append('+');
    }
    out.append(number);
  }

  private static void hex2(StringBuilder out, int value) {
    out.append(Character.forDigit(value >> 4 & 0xf, 16));
    out.append(Character.forDigit(value & 0xf, 16));
  }
}
