package dev.skep.interpreter;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.CallHelper;
import dev.skep.isa.Instruction.CallKfunc;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Exit;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.runtime.Helper;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.helper.TailCalls;

/** A program as {@link Loop} takes it: one {@link Operation} a slot. */
final class PreparedCode {

  private static final Helper NONE = (cpu, a, b, c, d, e) -> 0;

  private final long[] operations;
  private final long[] pairs;
  private final long[] constants;
  private final Helper[] helpers;

  private PreparedCode(long[] operations, long[] constants, Helper[] helpers) {
    this.operations = operations;
    this.pairs = Pairs.of(operations);
    this.constants = constants;
    this.helpers = helpers;
  }

  /**
   * Prepares a program. A slot that holds no instruction, and the one behind the last, are {@code
   * OTHER}: the stepper says what is wrong with them.
   *
   * @param plain whether all operations are {@code OTHER}
   */
  static PreparedCode of(LinkedProgram program, boolean plain) {
    int size = program.size();
    long[] operations = new long[size + 1];
    long[] constants = new long[size];
    Helper[] helpers = new Helper[size];
    for (int pc = 0; pc <= size; pc++) {
      Instruction instruction = pc < size ? program.instruction(pc) : null;
      operations[pc] =
          instruction == null || plain ? Operation.OTHER : operation(program, pc, instruction);
      if (pc < size) {
        Helper helper = program.helperAt(pc);
        helpers[pc] = helper == null ? NONE : helper;
        constants[pc] = program.constant(pc);
      }
    }
    return new PreparedCode(operations, constants, helpers);
  }

  private static long operation(LinkedProgram program, int pc, Instruction instruction) {
    return switch (instruction) {
      case Alu alu -> alu(alu);
      case Load(var size, boolean signed, int dst, int src, int offset) when !signed ->
          pack(
              switch (size) {
                case B -> Operation.LDX_B;
                case H -> Operation.LDX_H;
                case W -> Operation.LDX_W;
                case DW -> Operation.LDX_DW;
              },
              dst,
              src,
              offset,
              0);
      case Store store -> store(store);
      case LoadImmediate64 load -> pack(Operation.LD_CONST, load.dst(), 0, 0, pc);
      case Jump(int offset) -> pack(Operation.JA, 0, 0, 0, offset);
      case LongJump(int offset) -> pack(Operation.JA, 0, 0, 0, offset);
      case ConditionalJump jump -> jump(jump);
      case CallLocal(int offset) -> pack(Operation.CALL, 0, 0, 0, offset);
      case CallHelper(int id) ->
          id == TailCalls.ID || program.helperAt(pc) == null
              ? Operation.OTHER
              : pack(Operation.HELPER, 0, 0, 0, 0);
      case CallKfunc kfunc ->
          program.helperAt(pc) == null ? Operation.OTHER : pack(Operation.HELPER, 0, 0, 0, 0);
      case Exit() -> Operation.EXIT;
      default -> Operation.OTHER;
    };
  }

  private static long pack(int operation, int dst, int src, int offset, int imm) {
    return (long) imm << 32
        | (offset & 0xffffL) << 16
        | (long) src << 12
        | (long) dst << 8
        | operation;
  }

  private static long pack(int base, int forms, int dst, Operand source, int offset) {
    return switch (source) {
      case Operand.Reg(int src) -> pack(base, dst, src, offset, 0);
      case Operand.Imm(int imm) -> pack(base + forms, dst, 0, offset, imm);
    };
  }

  private static long alu(Alu alu) {
    if (alu.op() == AluOp.SDIV || alu.op() == AluOp.SMOD) {
      return Operation.OTHER;
    }
    boolean wide = alu.width() == Width.W64;
    int base =
        switch (alu.op()) {
          case ADD -> wide ? Operation.ADD64_REG : Operation.ADD32_REG;
          case SUB -> wide ? Operation.SUB64_REG : Operation.SUB32_REG;
          case MUL -> wide ? Operation.MUL64_REG : Operation.MUL32_REG;
          case DIV, SDIV -> wide ? Operation.DIV64_REG : Operation.DIV32_REG;
          case OR -> wide ? Operation.OR64_REG : Operation.OR32_REG;
          case AND -> wide ? Operation.AND64_REG : Operation.AND32_REG;
          case LSH -> wide ? Operation.LSH64_REG : Operation.LSH32_REG;
          case RSH -> wide ? Operation.RSH64_REG : Operation.RSH32_REG;
          case MOD, SMOD -> wide ? Operation.MOD64_REG : Operation.MOD32_REG;
          case XOR -> wide ? Operation.XOR64_REG : Operation.XOR32_REG;
          case MOV -> wide ? Operation.MOV64_REG : Operation.MOV32_REG;
          case ARSH -> wide ? Operation.ARSH64_REG : Operation.ARSH32_REG;
        };
    return pack(base, Operation.ALU_FORMS, alu.dst(), alu.src(), 0);
  }

  private static long jump(ConditionalJump jump) {
    boolean wide = jump.width() == Width.W64;
    JumpOp op = jump.op();
    int base =
        switch (op) {
          case JEQ -> wide ? Operation.JEQ_REG : Operation.JEQ32_REG;
          case JGT -> wide ? Operation.JGT_REG : Operation.JGT32_REG;
          case JGE -> wide ? Operation.JGE_REG : Operation.JGE32_REG;
          case JSET -> wide ? Operation.JSET_REG : Operation.JSET32_REG;
          case JNE -> wide ? Operation.JNE_REG : Operation.JNE32_REG;
          case JSGT -> wide ? Operation.JSGT_REG : Operation.JSGT32_REG;
          case JSGE -> wide ? Operation.JSGE_REG : Operation.JSGE32_REG;
          case JLT -> wide ? Operation.JLT_REG : Operation.JLT32_REG;
          case JLE -> wide ? Operation.JLE_REG : Operation.JLE32_REG;
          case JSLT -> wide ? Operation.JSLT_REG : Operation.JSLT32_REG;
          case JSLE -> wide ? Operation.JSLE_REG : Operation.JSLE32_REG;
        };
    return pack(base, Operation.JUMP_FORMS, jump.dst(), jump.src(), jump.offset());
  }

  private static long store(Store store) {
    int register =
        switch (store.size()) {
          case B -> Operation.STX_B;
          case H -> Operation.STX_H;
          case W -> Operation.STX_W;
          case DW -> Operation.STX_DW;
        };
    return pack(
        register, Operation.ST_B - Operation.STX_B, store.dst(), store.src(), store.offset());
  }

  /** One operation a slot, and one behind the last. */
  long[] operations() {
    return operations;
  }

  /** The same with pairs of instructions in one where that is possible. */
  long[] pairs() {
    return pairs;
  }

  /** What the wide load at a slot loads. */
  long[] constants() {
    return constants;
  }

  /** What the call at a slot calls. */
  Helper[] helpers() {
    return helpers;
  }
}
