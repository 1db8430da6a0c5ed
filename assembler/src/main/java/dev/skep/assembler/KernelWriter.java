package dev.skep.assembler;

import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes instructions in the kernel's and LLVM's syntax. */
final class KernelWriter {

  private KernelWriter() {}

  /** The instruction at {@code pc} as {@link KernelReader} reads it. */
  static String text(Instruction instruction, int pc, NamedPlaces names) {
    return switch (instruction) {
      case Instruction.Alu i -> {
        String dst = register(i.width(), i.dst());
        yield dst + " " + i.op().symbol() + " " + operand(i.width(), i.src());
      }
      case Instruction.MoveSignExtend i ->
          "%s = (s%d)%s"
              .formatted(register(i.width(), i.dst()), i.bits(), register(i.width(), i.src()));
      case Instruction.Negate i -> {
        String dst = register(i.width(), i.dst());
        yield dst + " = -" + dst;
      }
      case Instruction.ByteSwap i -> {
        String kind =
            switch (i.kind()) {
              case TO_LE -> "le";
              case TO_BE -> "be";
              case SWAP -> "bswap";
            };
        yield "r%d = %s%d r%d".formatted(i.dst(), kind, i.bits(), i.dst());
      }
      case Instruction.AddressSpaceCast i ->
          "r%d = addr_space_cast(r%d, %d, %d)"
              .formatted(i.dst(), i.src(), i.toSpace(), i.fromSpace());
      case Instruction.Load i -> {
        String type = i.signExtend() ? i.size().signedTypeName() : i.size().typeName();
        yield "r" + i.dst() + " = *" + memory(type, i.src(), i.offset());
      }
      case Instruction.Store i ->
          "*"
              + memory(i.size().typeName(), i.dst(), i.offset())
              + " = "
              + operand(Width.W64, i.src());
      case Instruction.Atomic i -> atomic(i);
      case Instruction.LoadAcquire i ->
          "r%d = load_acquire(%s)"
              .formatted(i.dst(), memory(i.size().typeName(), i.src(), i.offset()));
      case Instruction.StoreRelease i ->
          "store_release(%s, r%d)"
              .formatted(memory(i.size().typeName(), i.dst(), i.offset()), i.src());
      case Instruction.LoadPacketAbsolute i ->
          "r0 = *(%s *)skb[%d]".formatted(i.size().typeName(), i.imm());
      case Instruction.LoadPacketIndirect i ->
          i.imm() == 0
              ? "r0 = *(%s *)skb[r%d]".formatted(i.size().typeName(), i.src())
              : "r0 = *(%s *)skb[r%d + %d]".formatted(i.size().typeName(), i.src(), i.imm());
      case LoadImmediate64 i -> "r" + i.dst() + " = " + wide(i, pc, names) + " ll";
      case Instruction.Jump i -> "goto " + target(pc, i.offset(), names);
      case Instruction.LongJump i -> "gotol " + target(pc, i.offset(), names);
      case Instruction.MayGoto i -> "may_goto " + target(pc, i.offset(), names);
      case Instruction.ConditionalJump i ->
          "if %s %s %s goto %s"
              .formatted(
                  register(i.width(), i.dst()),
                  i.op().symbol(),
                  operand(i.width(), i.src()),
                  target(pc, i.offset(), names));
      case Instruction.CallHelper _,
          Instruction.CallKfunc _,
          Instruction.CallLocal _,
          Instruction.CallRegister _ ->
          call(instruction, pc, names);
      case Instruction.Exit _ -> "exit";
    };
  }

  /** A call, which reads the same in both syntaxes. */
  static String call(Instruction instruction, int pc, NamedPlaces names) {
    return switch (instruction) {
      case Instruction.CallHelper(int id) -> {
        String name = names.helper(id);
        yield name != null ? "call " + name : id < 0 ? "call helper " + id : "call " + id;
      }
      case Instruction.CallKfunc(int btfId, int module) -> {
        String name = names.kfunc(pc);
        if (name != null && module == 0) {
          yield "call " + name + "#" + btfId;
        }
        yield "call kfunc " + btfId + (module == 0 ? "" : ", " + module);
      }
      case Instruction.CallLocal(int offset) -> {
        String label = label(pc, offset, names);
        yield label == null ? "call pc%+d".formatted(offset) : "call local " + label;
      }
      case Instruction.CallRegister(int dst) -> "callx r" + dst;
      default -> throw new IllegalArgumentException("no call: " + instruction);
    };
  }

  /** What a wide load loads, which reads the same in both syntaxes. */
  static String wide(LoadImmediate64 i, int pc, NamedPlaces names) {
    String map = names.map(i.imm());
    return switch (i.kind()) {
      case CONSTANT -> i.value() < 0 ? "0x" + Long.toHexString(i.value()) : "" + i.value();
      case MAP_FD -> map == null ? "map_by_fd(" + i.imm() + ")" : "map[" + map + "]";
      case MAP_VALUE ->
          map == null
              ? "map_val(map_by_fd(%d)) + %d".formatted(i.imm(), i.nextImm())
              : "map[%s][0] + %d".formatted(map, i.nextImm());
      case VARIABLE_ADDRESS -> pair("var_addr", i);
      case CODE_ADDRESS -> {
        String label = i.nextImm() == 0 ? label(pc, i.imm(), names) : null;
        yield label == null ? pair("code_addr", i) : "code_addr(" + label + ")";
      }
      case MAP_INDEX -> "map_by_idx(" + i.imm() + ")";
      case MAP_INDEX_VALUE -> "map_val(map_by_idx(%d)) + %d".formatted(i.imm(), i.nextImm());
    };
  }

  private static String pair(String function, LoadImmediate64 i) {
    return i.nextImm() == 0
        ? "%s(%d)".formatted(function, i.imm())
        : "%s(%d, %d)".formatted(function, i.imm(), i.nextImm());
  }

  static String target(int pc, int offset, NamedPlaces names) {
    String label = label(pc, offset, names);
    return label == null ? "%+d".formatted(offset) : label;
  }

  private static @Nullable String label(int pc, int offset, NamedPlaces names) {
    long target = pc + 1L + offset;
    return target < 0 || target > Integer.MAX_VALUE ? null : names.label((int) target);
  }

  private static String atomic(Instruction.Atomic i) {
    boolean wide = i.size() == MemorySize.DW;
    String memory = memory(i.size().typeName(), i.dst(), i.offset());
    String address = address(i.dst(), i.offset());
    char r = wide ? 'r' : 'w';
    return switch (i.op()) {
      case ADD -> "lock *" + memory + " += " + r + i.src();
      case OR -> "lock *" + memory + " |= " + r + i.src();
      case AND -> "lock *" + memory + " &= " + r + i.src();
      case XOR -> "lock *" + memory + " ^= " + r + i.src();
      case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR -> {
        AtomicOp op = i.op();
        String name = op.name().substring("FETCH_".length()).toLowerCase(Locale.ROOT);
        yield "%c%d = atomic_fetch_%s(%s, %c%d)".formatted(r, i.src(), name, memory, r, i.src());
      }
      case XCHG ->
          "%c%d = %s(%s, %c%d)"
              .formatted(r, i.src(), wide ? "xchg_64" : "xchg32_32", address, r, i.src());
      case CMPXCHG ->
          "%c0 = %s(%s, %c0, %c%d)"
              .formatted(r, wide ? "cmpxchg_64" : "cmpxchg32_32", address, r, r, i.src());
    };
  }

  private static String memory(String type, int register, int offset) {
    return "(" + type + " *)(" + address(register, offset) + ")";
  }

  private static String address(int register, int offset) {
    return offset < 0 ? "r" + register + " - " + -offset : "r" + register + " + " + offset;
  }

  private static String operand(Width width, Operand operand) {
    return switch (operand) {
      case Operand.Reg(int index) -> register(width, index);
      case Operand.Imm(int value) -> Integer.toString(value);
    };
  }

  private static String register(Width width, int index) {
    return (width == Width.W32 ? "w" : "r") + index;
  }
}
