package dev.skep.verifier.cfg;

import dev.skep.btf.BtfType;
import dev.skep.catalog.Availability;
import dev.skep.catalog.Kfuncs;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;

/** Registers that may be read from each instruction on: textbook data flow inside each function. */
final class LiveRegisters {

  private static final int EVERYTHING = 0xffff;
  private static final int CALLER_SAVED = 0b11_1111;
  private static final int OP_END = 0xd0;
  private static final int OP_MOV = 0xb0;
  private static final int CMPXCHG = 0xf1;
  private static final int FETCH = 0x01;

  private final Environment env;

  LiveRegisters(Environment env) {
    this.env = env;
  }

  void compute() {
    int size = env.code.size();
    int[] reads = new int[size];
    int[] writes = new int[size];
    int[] live = new int[size];
    for (int pc = 0; pc < size; pc++) {
      reads[pc] = reads(pc);
      writes[pc] = writes(env.code.at(pc));
    }
    int[] next = new int[2];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int pc = size - 1; pc >= 0; pc--) {
        if (pc > 0 && env.code.at(pc - 1).isWide()) {
          continue;
        }
        int count = ControlFlow.successors(env.code, pc, next);
        int after = 0;
        for (int i = 0; i < count; i++) {
          after |= live[next[i]];
        }
        int before = (after & ~writes[pc]) | reads[pc];
        if (before != live[pc]) {
          live[pc] = before;
          changed = true;
        }
      }
    }
    for (int pc = 0; pc < size; pc++) {
      env.facts[pc].liveRegsBefore = live[pc];
    }
    print(live);
  }

  /** Registers that an instruction reads, valid or not ({@code compute_insn_live_regs}). */
  private int reads(int pc) {
    RawInstruction raw = env.code.at(pc);
    int dst = bit(raw.dstReg());
    int src = bit(raw.srcReg());
    int operand = (raw.opcode() & 8) != 0 ? src : 0;
    return switch (raw.instructionClass()) {
      case LD -> raw.isWide() ? 0 : EVERYTHING;
      case LDX -> src;
      case ST -> dst;
      case STX ->
          !isAtomic(raw)
              ? dst | src
              : switch (raw.imm()) {
                case CMPXCHG -> dst | src | 1;
                case Decoder.LOAD_ACQUIRE -> src;
                default -> dst | src;
              };
      case ALU, ALU64 ->
          switch (raw.opcode() & 0xf0) {
            case OP_END -> dst;
            case OP_MOV -> operand;
            default -> dst | operand;
          };
      case JMP, JMP32 ->
          switch (raw.opcode() & 0xf0) {
            case ControlFlow.OP_JA, ControlFlow.OP_JCOND -> 0;
            case ControlFlow.OP_EXIT -> 1;
            case ControlFlow.OP_CALL -> arguments(pc);
            default -> dst | operand;
          };
    };
  }

  private int arguments(int pc) {
    int known =
        switch (env.facts[pc].instruction) {
          case Instruction.CallHelper call -> ProgramShape.argumentsOf(env, call.id());
          case Instruction.CallKfunc call -> kfuncArguments(env, call.btfId(), call.module());
          case null, default -> -1;
        };
    return known < 0 ? CALLER_SAVED & ~1 : known;
  }

  /** Arguments that a kernel function has, as register bits, or -1 if it is not known. */
  static int kfuncArguments(Environment env, int btfId, int module) {
    var btf = env.profile.kernelBtf();
    if (btf == null || module != 0 || btfId <= 0 || btfId >= btf.typeCount()) {
      return -1;
    }
    if (btf.type(btfId) instanceof BtfType.Func function
        && btf.type(function.type()) instanceof BtfType.FuncProto prototype
        && Kfuncs.allowed(function.name(), env.type(), env.attachType(), env.profile.version())
            != Availability.NOT_ALLOWED) {
      return (1 << prototype.params().size() + 1) - 2;
    }
    return -1;
  }

  private static int writes(RawInstruction raw) {
    int dst = bit(raw.dstReg());
    return switch (raw.instructionClass()) {
      case LD -> raw.isWide() ? dst : 0;
      case LDX, ALU, ALU64 -> dst;
      case ST -> 0;
      case STX -> isAtomic(raw) ? fetched(raw) : 0;
      case JMP, JMP32 ->
          (raw.opcode() & 0xf0) == ControlFlow.OP_CALL && ControlFlow.isJumpClass(raw)
              ? CALLER_SAVED
              : 0;
    };
  }

  private static int fetched(RawInstruction raw) {
    return switch (raw.imm()) {
      case CMPXCHG -> 1;
      case Decoder.LOAD_ACQUIRE -> bit(raw.dstReg());
      case Decoder.STORE_RELEASE -> 0;
      default -> (raw.imm() & FETCH) != 0 ? bit(raw.srcReg()) : 0;
    };
  }

  private static boolean isAtomic(RawInstruction raw) {
    return (raw.opcode() & 0xe0) == 0xc0;
  }

  private static int bit(int register) {
    return 1 << register;
  }

  private void print(int[] live) {
    if (!env.log.isDetailed()) {
      return;
    }
    env.log.add("Live regs before insn:\n");
    for (int pc = 0; pc < live.length; pc++) {
      RawInstruction raw = env.code.at(pc);
      int loop = env.facts[pc].scc;
      StringBuilder line = new StringBuilder(loop == 0 ? "    " : "%3d ".formatted(loop));
      line.append("%3d: ".formatted(pc));
      for (int reg = 0; reg < 10; reg++) {
        line.append((live[pc] & bit(reg)) != 0 ? (char) ('0' + reg) : '.');
      }
      env.log.add(line.append(' ').append(env.listing(pc)).toString()).endLine();
      if (raw.isWide()) {
        pc++;
      }
    }
  }
}
