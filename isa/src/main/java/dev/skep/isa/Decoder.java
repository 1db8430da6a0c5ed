package dev.skep.isa;

import dev.skep.isa.Decoded.FieldProblem;
import dev.skep.isa.Instruction.ByteSwapKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns instruction slots into {@link Instruction}s (RFC 9669, sections 3 to 5).
 *
 * <p>Total: every 64-bit word gives either an instruction or the complete list of the fields that
 * are wrong. A field that an instruction does not use must be zero; register numbers end at 10.
 * What only the verifier can judge is valid here: a division by the constant zero, a shift by 64, a
 * write to {@code r10}, an unknown helper.
 */
public final class Decoder {

  /** The highest register number of a program: the frame pointer. */
  public static final int MAX_REGISTER = 10;

  private static final int MODE_IMM = 0x00;
  private static final int MODE_ABS = 0x20;
  private static final int MODE_IND = 0x40;
  private static final int MODE_MEM = 0x60;
  private static final int MODE_MEMSX = 0x80;
  private static final int MODE_ATOMIC = 0xc0;

  private static final @Nullable AluOp[] ALU_OPS = new AluOp[16];
  private static final @Nullable JumpOp[] JUMP_OPS = new JumpOp[16];

  static {
    for (AluOp op : AluOp.values()) {
      if (op.offset() == 0) {
        ALU_OPS[op.code() >> 4] = op;
      }
    }
    for (JumpOp op : JumpOp.values()) {
      JUMP_OPS[op.code() >> 4] = op;
    }
  }

  private final RawInstruction raw;
  private @Nullable List<FieldProblem> problems;

  private Decoder(RawInstruction raw) {
    this.raw = raw;
  }

  /**
   * Decodes the slot at {@code pc}; a wide load takes the slot after it as well.
   *
   * @throws IndexOutOfBoundsException if there is no such slot
   */
  public static Decoded decode(Code code, int pc) {
    RawInstruction raw = code.at(pc);
    RawInstruction next = raw.isWide() && pc + 1 < code.size() ? code.at(pc + 1) : null;
    return decode(raw, next);
  }

  /**
   * Decodes one slot.
   *
   * @param next the slot after it, which only a wide load looks at; null at the program's end
   */
  public static Decoded decode(RawInstruction raw, @Nullable RawInstruction next) {
    Decoder decoder = new Decoder(raw);
    Instruction instruction =
        switch (raw.instructionClass()) {
          case LD -> decoder.ld(next);
          case LDX -> decoder.ldx();
          case ST -> decoder.st();
          case STX -> decoder.stx();
          case ALU -> decoder.alu(Width.W32);
          case ALU64 -> decoder.alu(Width.W64);
          case JMP -> decoder.jump(Width.W64);
          case JMP32 -> decoder.jump(Width.W32);
        };
    if (instruction != null && decoder.problems == null) {
      return new Decoded.Valid(instruction);
    }
    return new Decoded.Invalid(
        raw, decoder.problems == null ? List.of() : List.copyOf(decoder.problems));
  }

  // ---- arithmetic --------------------------------------------------------------------------

  private @Nullable Instruction alu(Width width) {
    int op = raw.opcode() & 0xf0;
    boolean register = usesRegister();
    return switch (op) {
      case 0x80 -> {
        if (register) {
          problem("opcode", "a negation has no source register form");
        }
        dst();
        zero("src_reg", raw.srcReg());
        zero("offset", raw.offset());
        zero("imm", raw.imm());
        yield new Instruction.Negate(width, raw.dstReg());
      }
      case 0xd0 -> byteSwap(width, register);
      case 0xb0 -> register ? moveRegister(width) : arithmetic(width, AluOp.MOV, false);
      default -> {
        AluOp unsigned = ALU_OPS[op >> 4];
        if (unsigned == null) {
          yield unknownOpcode("no arithmetic operation has the code 0x%02x".formatted(op));
        }
        yield arithmetic(width, unsigned, register);
      }
    };
  }

  private Instruction arithmetic(Width width, AluOp unsigned, boolean register) {
    AluOp op = unsigned;
    if (unsigned == AluOp.DIV || unsigned == AluOp.MOD) {
      if (raw.offset() == 1) {
        op = unsigned == AluOp.DIV ? AluOp.SDIV : AluOp.SMOD;
      } else if (raw.offset() != 0) {
        problem(
            "offset",
            "is %d; a division or modulo has 0 (unsigned) or 1 (signed)".formatted(raw.offset()));
      }
    } else {
      zero("offset", raw.offset());
    }
    dst();
    return new Instruction.Alu(width, op, raw.dstReg(), source(register));
  }

  private Instruction moveRegister(Width width) {
    int offset = raw.offset();
    dst();
    src();
    if (offset == 1 && width == Width.W64) {
      if (raw.imm() == 0) {
        problem("imm", "is 0; an address space cast names two different spaces");
      }
      return new Instruction.AddressSpaceCast(
          raw.dstReg(), raw.srcReg(), raw.imm() >>> 16, raw.imm() & 0xffff);
    }
    zero("imm", raw.imm());
    if (offset == 0) {
      return new Instruction.Alu(width, AluOp.MOV, raw.dstReg(), Operand.reg(raw.srcReg()));
    }
    boolean extends64 = width == Width.W64;
    if (offset != 8 && offset != 16 && !(extends64 && offset == 32)) {
      problem(
          "offset",
          extends64
              ? "is %d; a move has 0, 8, 16 or 32 (sign extension) or 1 (address space cast)"
                  .formatted(offset)
              : "is %d; a 32-bit move has 0, 8 or 16 (sign extension)".formatted(offset));
    }
    return new Instruction.MoveSignExtend(width, raw.dstReg(), raw.srcReg(), offset);
  }

  private Instruction byteSwap(Width width, boolean register) {
    if (width == Width.W64 && register) {
      problem("opcode", "an unconditional byte swap (ALU64 | END) has no source bit");
    }
    dst();
    zero("src_reg", raw.srcReg());
    zero("offset", raw.offset());
    int bits = raw.imm();
    if (bits != 16 && bits != 32 && bits != 64) {
      problem("imm", "is %d; a byte swap is of 16, 32 or 64 bits".formatted(bits));
    }
    ByteSwapKind kind =
        width == Width.W64 ? ByteSwapKind.SWAP : register ? ByteSwapKind.TO_BE : ByteSwapKind.TO_LE;
    return new Instruction.ByteSwap(kind, raw.dstReg(), bits);
  }

  // ---- memory ------------------------------------------------------------------------------

  private @Nullable Instruction ldx() {
    int mode = raw.opcode() & 0xe0;
    MemorySize size = MemorySize.of(raw.opcode());
    if (mode != MODE_MEM && mode != MODE_MEMSX) {
      return unknownOpcode("a load (LDX) has mode MEM (0x60) or MEMSX (0x80), not " + hex(mode));
    }
    if (mode == MODE_MEMSX && size == MemorySize.DW) {
      problem("opcode", "a sign-extending load (MEMSX) is of 1, 2 or 4 bytes");
    }
    dst();
    src();
    zero("imm", raw.imm());
    return new Instruction.Load(size, mode == MODE_MEMSX, raw.dstReg(), raw.srcReg(), raw.offset());
  }

  private @Nullable Instruction st() {
    int mode = raw.opcode() & 0xe0;
    if (mode != MODE_MEM) {
      return unknownOpcode("a store of an immediate (ST) has mode MEM (0x60), not " + hex(mode));
    }
    dst();
    zero("src_reg", raw.srcReg());
    return new Instruction.Store(
        MemorySize.of(raw.opcode()), raw.dstReg(), raw.offset(), Operand.imm(raw.imm()));
  }

  private @Nullable Instruction stx() {
    int mode = raw.opcode() & 0xe0;
    MemorySize size = MemorySize.of(raw.opcode());
    if (mode == MODE_ATOMIC) {
      return atomic(size);
    }
    if (mode != MODE_MEM) {
      return unknownOpcode(
          "a store of a register (STX) has mode MEM (0x60) or ATOMIC (0xc0), not " + hex(mode));
    }
    dst();
    src();
    zero("imm", raw.imm());
    return new Instruction.Store(size, raw.dstReg(), raw.offset(), Operand.reg(raw.srcReg()));
  }

  private @Nullable Instruction atomic(MemorySize size) {
    dst();
    src();
    int imm = raw.imm();
    if (imm == LOAD_ACQUIRE) {
      return new Instruction.LoadAcquire(size, raw.dstReg(), raw.srcReg(), raw.offset());
    }
    if (imm == STORE_RELEASE) {
      return new Instruction.StoreRelease(size, raw.dstReg(), raw.offset(), raw.srcReg());
    }
    if (size != MemorySize.W && size != MemorySize.DW) {
      problem("opcode", "an atomic read-modify-write is of 4 or 8 bytes");
    }
    AtomicOp op = atomicOp(imm);
    if (op == null) {
      problem("imm", "is %#x, which is no atomic operation".formatted(imm));
      return null;
    }
    return new Instruction.Atomic(op, size, raw.dstReg(), raw.offset(), raw.srcReg());
  }

  /** {@code BPF_LOAD_ACQ}: an {@code imm} of the atomic mode. */
  public static final int LOAD_ACQUIRE = 0x100;

  /** {@code BPF_STORE_REL}: an {@code imm} of the atomic mode. */
  public static final int STORE_RELEASE = 0x110;

  private static @Nullable AtomicOp atomicOp(int imm) {
    return switch (imm) {
      case 0x00 -> AtomicOp.ADD;
      case 0x01 -> AtomicOp.FETCH_ADD;
      case 0x40 -> AtomicOp.OR;
      case 0x41 -> AtomicOp.FETCH_OR;
      case 0x50 -> AtomicOp.AND;
      case 0x51 -> AtomicOp.FETCH_AND;
      case 0xa0 -> AtomicOp.XOR;
      case 0xa1 -> AtomicOp.FETCH_XOR;
      case 0xe1 -> AtomicOp.XCHG;
      case 0xf1 -> AtomicOp.CMPXCHG;
      default -> null;
    };
  }

  // ---- LD: wide immediates and legacy packet access ------------------------------------------

  private @Nullable Instruction ld(@Nullable RawInstruction next) {
    int mode = raw.opcode() & 0xe0;
    MemorySize size = MemorySize.of(raw.opcode());
    return switch (mode) {
      case MODE_ABS, MODE_IND -> packet(mode, size);
      case MODE_IMM -> {
        if (size == MemorySize.DW) {
          yield wide(next);
        }
        yield unknownOpcode(
            raw.opcode() == 0
                ? "is 0x00, which is only the second slot of a wide load"
                : "a wide load (LD | IMM) is of 8 bytes: 0x18");
      }
      default ->
          unknownOpcode("LD has mode IMM (0x00), ABS (0x20) or IND (0x40), not " + hex(mode));
    };
  }

  private Instruction packet(int mode, MemorySize size) {
    if (size == MemorySize.DW) {
      problem("opcode", "packet access is of 1, 2 or 4 bytes");
    }
    zero("dst_reg", raw.dstReg());
    zero("offset", raw.offset());
    if (mode == MODE_ABS) {
      zero("src_reg", raw.srcReg());
      return new Instruction.LoadPacketAbsolute(size, raw.imm());
    }
    src();
    return new Instruction.LoadPacketIndirect(size, raw.srcReg(), raw.imm());
  }

  private @Nullable Instruction wide(@Nullable RawInstruction next) {
    dst();
    zero("offset", raw.offset());
    WideKind kind = null;
    if (raw.srcReg() < WideKind.COUNT) {
      kind = WideKind.of(raw.srcReg());
    } else {
      problem("src_reg", "is %d; the kinds of wide load end at 6".formatted(raw.srcReg()));
    }
    if (next == null) {
      problem("next", "a wide load takes two slots, but the program ends after the first");
      return null;
    }
    if ((int) next.bits() != 0) {
      problem(
          "next", "the second slot of a wide load holds only imm; here it is [%s]".formatted(next));
    }
    if ((kind == WideKind.MAP_FD || kind == WideKind.MAP_INDEX) && next.imm() != 0) {
      problem("next", "has imm %d; a map's reference has 0".formatted(next.imm()));
    }
    return kind == null
        ? null
        : new Instruction.LoadImmediate64(raw.dstReg(), kind, raw.imm(), next.imm());
  }

  // ---- jumps and calls -----------------------------------------------------------------------

  private @Nullable Instruction jump(Width width) {
    int op = raw.opcode() & 0xf0;
    boolean register = usesRegister();
    return switch (op) {
      case 0x00 -> {
        if (register) {
          problem("opcode", "an unconditional jump has no source register form");
        }
        zero("dst_reg", raw.dstReg());
        zero("src_reg", raw.srcReg());
        if (width == Width.W64) {
          zero("imm", raw.imm());
          yield new Instruction.Jump(raw.offset());
        }
        zero("offset", raw.offset());
        yield new Instruction.LongJump(raw.imm());
      }
      case 0x80 -> call(width, register);
      case 0x90 -> {
        if (width == Width.W32 || register) {
          problem("opcode", "exit is 0x95 only");
        }
        zero("dst_reg", raw.dstReg());
        zero("src_reg", raw.srcReg());
        zero("offset", raw.offset());
        zero("imm", raw.imm());
        yield new Instruction.Exit();
      }
      case 0xe0 -> {
        if (width == Width.W32 || register) {
          problem("opcode", "may_goto is 0xe5 only");
        }
        zero("dst_reg", raw.dstReg());
        if (raw.srcReg() != 0) {
          problem("src_reg", "is %d; may_goto has 0".formatted(raw.srcReg()));
        }
        zero("imm", raw.imm());
        yield new Instruction.MayGoto(raw.offset());
      }
      default -> {
        JumpOp condition = JUMP_OPS[op >> 4];
        if (condition == null) {
          yield unknownOpcode("no jump has the code 0x%02x".formatted(op));
        }
        dst();
        yield new Instruction.ConditionalJump(
            width, condition, raw.dstReg(), source(register), raw.offset());
      }
    };
  }

  private @Nullable Instruction call(Width width, boolean register) {
    if (width == Width.W32) {
      problem("opcode", "a call is 0x85 or 0x8d only");
    }
    if (register) {
      dst();
      zero("src_reg", raw.srcReg());
      zero("offset", raw.offset());
      zero("imm", raw.imm());
      return new Instruction.CallRegister(raw.dstReg());
    }
    zero("dst_reg", raw.dstReg());
    if (raw.srcReg() != 2) {
      zero("offset", raw.offset());
    }
    return switch (raw.srcReg()) {
      case 0 -> new Instruction.CallHelper(raw.imm());
      case 1 -> new Instruction.CallLocal(raw.imm());
      case 2 -> new Instruction.CallKfunc(raw.imm(), raw.offset());
      default -> {
        problem(
            "src_reg",
            "is %d; a call has 0 (helper), 1 (program-local) or 2 (kernel function)"
                .formatted(raw.srcReg()));
        yield null;
      }
    };
  }

  // ---- fields --------------------------------------------------------------------------------

  private boolean usesRegister() {
    return (raw.opcode() & 0x08) != 0;
  }

  private Operand source(boolean register) {
    if (register) {
      src();
      zero("imm", raw.imm());
      return Operand.reg(raw.srcReg());
    }
    zero("src_reg", raw.srcReg());
    return Operand.imm(raw.imm());
  }

  private void dst() {
    register("dst_reg", raw.dstReg());
  }

  private void src() {
    register("src_reg", raw.srcReg());
  }

  private void register(String field, int number) {
    if (number > MAX_REGISTER) {
      problem(field, "is %d; registers end at r10".formatted(number));
    }
  }

  private void zero(String field, int value) {
    if (value != 0) {
      problem(field, "is reserved here and must be 0, not %d".formatted(value));
    }
  }

  private @Nullable Instruction unknownOpcode(String message) {
    problem("opcode", message);
    return null;
  }

  private void problem(String field, String message) {
    if (problems == null) {
      problems = new ArrayList<>(2);
    }
    problems.add(new FieldProblem(field, message));
  }

  private static String hex(int value) {
    return "0x%02x".formatted(value);
  }
}
