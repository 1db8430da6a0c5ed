package dev.skep.verifier.admission;

import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;

/** The kernel's words for an instruction whose fields hold what they may not. */
public final class ReservedFields {

  private static final int MOV64_REGISTER = 0xbf;

  private final Environment env;

  public ReservedFields(Environment env) {
    this.env = env;
  }

  /** The rejection of a slot that no instruction has. */
  public Rejection refuse(RawInstruction raw) {
    int opcode = raw.opcode();
    if ((opcode & 7) == 3 && (opcode & 0xe0) == 0xc0) {
      atomic(raw);
    }
    boolean register = (opcode & 8) != 0;
    if (opcode == MOV64_REGISTER && raw.offset() == 1 && raw.imm() != 1 && raw.imm() != 1 << 16) {
      return env.invalid("addr_space_cast insn can only convert between address space 1 and 0");
    }
    if (!fillsUnusedField(raw)) {
      if (register && raw.srcReg() > 10) {
        return env.invalid("R" + raw.srcReg() + " is invalid");
      }
      if (raw.dstReg() > 10) {
        return env.invalid("R" + raw.dstReg() + " is invalid");
      }
    }
    return env.invalid(
        switch (opcode & 7) {
          case 0 ->
              (opcode & 0xe0) == 0
                  ? raw.isWide() ? "BPF_LD_IMM64 uses reserved fields" : "invalid BPF_LD_IMM insn"
                  : "BPF_LD_[ABS|IND] uses reserved fields";
          case 1 -> "BPF_LDX uses reserved fields";
          case 2 -> "BPF_ST uses reserved fields";
          case 3 -> "BPF_STX uses reserved fields";
          case 4, 7 -> alu(raw);
          default -> jump(raw);
        });
  }

  /** The operation is looked at first, the size next, the registers last. */
  private void atomic(RawInstruction raw) {
    boolean modifies =
        switch (raw.imm() & ~1) {
          case 0, 0x40, 0x50, 0xa0 -> true;
          case 0xe0, 0xf0 -> (raw.imm() & 1) != 0;
          default -> false;
        };
    if (modifies) {
      int size = raw.opcode() & 0x18;
      if (size == 0x08 || size == 0x10) {
        throw env.invalid("invalid atomic operand size");
      }
    } else {
      throw env.invalid("BPF_ATOMIC uses invalid atomic opcode %02x".formatted(raw.imm()));
    }
  }

  /** Whether a field is not zero that the instruction does not use: Linux looks there first. */
  private static boolean fillsUnusedField(RawInstruction raw) {
    boolean register = (raw.opcode() & 8) != 0;
    boolean operand = register ? raw.imm() != 0 : raw.srcReg() != 0;
    return switch (raw.opcode() & 7) {
      case 0 -> raw.offset() != 0;
      case 1 -> false;
      case 2 -> raw.srcReg() != 0;
      case 3 -> (raw.opcode() & 0xe0) == 0x60 && raw.imm() != 0;
      case 4, 7 ->
          switch (raw.opcode() & 0xf0) {
            case 0x80, 0xd0 -> raw.offset() != 0 || raw.srcReg() != 0;
            case 0xb0 -> operand;
            default -> operand || raw.offset() < 0 || raw.offset() > 1;
          };
      default -> operand;
    };
  }

  private static String alu(RawInstruction raw) {
    return switch (raw.opcode() & 0xf0) {
      case 0x80 -> "BPF_NEG uses reserved fields";
      case 0xd0 -> "BPF_END uses reserved fields";
      case 0xb0 -> "BPF_MOV uses reserved fields";
      default -> "BPF_ALU uses reserved fields";
    };
  }

  private static String jump(RawInstruction raw) {
    return switch (raw.opcode() & 0xf0) {
      case 0x80 -> "BPF_CALL uses reserved fields";
      case 0x90 -> "BPF_EXIT uses reserved fields";
      case 0x00 -> "BPF_JA uses reserved fields";
      case 0xe0 -> "invalid may_goto imm %d".formatted(raw.imm());
      default -> "BPF_JMP/JMP32 uses reserved fields";
    };
  }
}
