package dev.skep.verifier.cfg;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.explore.Environment;

/** Registers that may be read from each instruction on: textbook data flow inside each function. */
final class LiveRegisters {

  private static final int EVERYTHING = 0xffff;
  private static final int CALLER_SAVED = 0b11_1111;

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
      writes[pc] = writes(pc);
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

  private int reads(int pc) {
    Instruction instruction = env.facts[pc].instruction;
    if (instruction == null) {
      return EVERYTHING;
    }
    return switch (instruction) {
      case Instruction.Alu alu ->
          (alu.op() == AluOp.MOV ? 0 : bit(alu.dst())) | operand(alu.src());
      case Instruction.MoveSignExtend move -> bit(move.src());
      case Instruction.Negate negate -> bit(negate.dst());
      case Instruction.ByteSwap swap -> bit(swap.dst());
      case Instruction.AddressSpaceCast cast -> bit(cast.src());
      case Instruction.Load load -> bit(load.src());
      case Instruction.LoadAcquire load -> bit(load.src());
      case Instruction.Store store -> bit(store.dst()) | operand(store.src());
      case Instruction.StoreRelease store -> bit(store.dst()) | bit(store.src());
      case Instruction.Atomic atomic ->
          bit(atomic.dst())
              | bit(atomic.src())
              | (atomic.op() == dev.skep.isa.AtomicOp.CMPXCHG ? 1 : 0);
      case Instruction.LoadPacketAbsolute load -> EVERYTHING;
      case Instruction.LoadPacketIndirect load -> EVERYTHING;
      case Instruction.LoadImmediate64 load -> 0;
      case Instruction.Jump jump -> 0;
      case Instruction.LongJump jump -> 0;
      case Instruction.MayGoto jump -> 0;
      case Instruction.ConditionalJump jump -> bit(jump.dst()) | operand(jump.src());
      case Instruction.CallHelper call -> {
        int arguments = ProgramShape.argumentsOf(env, call.id());
        yield arguments < 0 ? CALLER_SAVED & ~1 : arguments;
      }
      case Instruction.CallKfunc call -> kfuncArguments(call);
      case Instruction.CallLocal call -> CALLER_SAVED & ~1;
      case Instruction.CallRegister call -> CALLER_SAVED & ~1;
      case Instruction.Exit exit -> 1;
    };
  }

  private int kfuncArguments(Instruction.CallKfunc call) {
    var btf = env.profile.kernelBtf();
    if (btf == null || call.module() != 0 || call.btfId() <= 0 || call.btfId() >= btf.typeCount()) {
      return CALLER_SAVED & ~1;
    }
    if (btf.type(call.btfId()) instanceof dev.skep.btf.BtfType.Func(var name, int type, var linkage)
        && btf.type(type) instanceof dev.skep.btf.BtfType.FuncProto(int result, var params)) {
      return (1 << params.size() + 1) - 2;
    }
    return CALLER_SAVED & ~1;
  }

  private int writes(int pc) {
    Instruction instruction = env.facts[pc].instruction;
    if (instruction == null) {
      return 0;
    }
    return switch (instruction) {
      case Instruction.Alu alu -> bit(alu.dst());
      case Instruction.MoveSignExtend move -> bit(move.dst());
      case Instruction.Negate negate -> bit(negate.dst());
      case Instruction.ByteSwap swap -> bit(swap.dst());
      case Instruction.AddressSpaceCast cast -> bit(cast.dst());
      case Instruction.Load load -> bit(load.dst());
      case Instruction.LoadAcquire load -> bit(load.dst());
      case Instruction.Atomic atomic ->
          atomic.op() == dev.skep.isa.AtomicOp.CMPXCHG
              ? 1
              : atomic.op().fetches() ? bit(atomic.src()) : 0;
      case Instruction.LoadImmediate64 load -> bit(load.dst());
      case Instruction.CallHelper call -> CALLER_SAVED;
      case Instruction.CallKfunc call -> CALLER_SAVED;
      case Instruction.CallLocal call -> CALLER_SAVED;
      case Instruction.CallRegister call -> CALLER_SAVED;
      case Instruction.Store store -> 0;
      case Instruction.StoreRelease store -> 0;
      case Instruction.LoadPacketAbsolute load -> 0;
      case Instruction.LoadPacketIndirect load -> 0;
      case Instruction.Jump jump -> 0;
      case Instruction.LongJump jump -> 0;
      case Instruction.MayGoto jump -> 0;
      case Instruction.ConditionalJump jump -> 0;
      case Instruction.Exit exit -> 0;
    };
  }

  private static int operand(Operand operand) {
    return operand instanceof Operand.Reg(int index) ? bit(index) : 0;
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
