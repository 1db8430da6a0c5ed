package dev.skep.verifier;

import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.AluOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import dev.skep.object.MapSpec;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.observe.Event;
import java.util.ArrayList;
import java.util.List;

/** Short words for small programs, and what an observer was told of one. */
final class Small {

  static final Instruction EXIT = new Instruction.Exit();

  /** A number that nobody knows: {@code bpf_get_prandom_u32}. */
  static final Instruction RANDOM = new Instruction.CallHelper(7);

  /** {@code bpf_loop}. */
  static final Instruction LOOP_HELPER = new Instruction.CallHelper(181);

  private Small() {}

  static Instruction mov(int dst, int imm) {
    return new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.imm(imm));
  }

  static Instruction copy(int dst, int src) {
    return new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.reg(src));
  }

  static Instruction alu(AluOp op, int dst, int imm) {
    return new Instruction.Alu(Width.W64, op, dst, Operand.imm(imm));
  }

  static Instruction alu(AluOp op, int dst, Operand src) {
    return new Instruction.Alu(Width.W64, op, dst, src);
  }

  static Instruction jump(JumpOp op, int dst, int imm, int off) {
    return new Instruction.ConditionalJump(Width.W64, op, dst, Operand.imm(imm), off);
  }

  static Instruction spill(int off, int src) {
    return new Instruction.Store(MemorySize.DW, 10, off, Operand.reg(src));
  }

  static Instruction fill(int dst, int off) {
    return new Instruction.Load(MemorySize.DW, false, dst, 10, off);
  }

  /** The address of a function of the program, so many instructions away. */
  static Instruction function(int dst, int distance) {
    return new Instruction.LoadImmediate64(dst, WideKind.CODE_ADDRESS, distance, 0);
  }

  static ProgramSpec program(List<Instruction> code) {
    RawInstruction[] slots =
        code.stream().flatMap(i -> Encoder.encode(i).stream()).toArray(RawInstruction[]::new);
    return ProgramSpec.builder("small", ProgramType.SOCKET_FILTER, Code.of(slots))
        .license("GPL")
        .maps(List.of(MapSpec.of("counts", MapType.ARRAY, 4, 8, 16)))
        .build();
  }

  static ProgramSpec program(Instruction... code) {
    return program(List.of(code));
  }

  /** What was told, and the verdict. */
  record Told(Verdict verdict, List<Event> events) {

    <E extends Event> List<E> all(Class<E> kind) {
      return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <E extends Event> E only(Class<E> kind) {
      List<E> all = all(kind);
      if (all.size() != 1) {
        throw new AssertionError(all.size() + " of " + kind.getSimpleName() + ": " + all);
      }
      return all.getFirst();
    }

    /** The kinds of events, in order, without those of a kind that is not asked for. */
    List<String> kinds(Class<?>... wanted) {
      return events.stream()
          .filter(e -> List.of(wanted).contains(e.getClass()))
          .map(e -> e.getClass().getSimpleName())
          .toList();
    }
  }

  static Told tell(ProgramSpec program) {
    return tell(program, Profile.DEFAULT, 0);
  }

  static Told tell(ProgramSpec program, Profile profile, int logLevel) {
    List<Event> events = new ArrayList<>();
    Verdict verdict = Verifier.verify(program, profile, logLevel, events::add);
    return new Told(verdict, events);
  }
}
