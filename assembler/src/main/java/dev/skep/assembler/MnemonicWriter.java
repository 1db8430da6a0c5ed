package dev.skep.assembler;

import dev.skep.isa.Instruction;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import java.util.Locale;

/** Writes instructions in uBPF's, GNU as's and the conformance suite's syntax. */
final class MnemonicWriter {

  private MnemonicWriter() {}

  /** The instruction at {@code pc} as {@link MnemonicReader} reads it. */
  static String text(Instruction instruction, int pc, NamedPlaces names) {
    return switch (instruction) {
      case Instruction.Alu i ->
          "%s%s %%r%d, %s".formatted(name(i.op()), suffix(i.width()), i.dst(), operand(i.src()));
      case Instruction.MoveSignExtend i ->
          "movsx%d%d %%r%d, %%r%d".formatted(i.bits(), i.width().bits(), i.dst(), i.src());
      case Instruction.Negate i -> "neg%s %%r%d".formatted(suffix(i.width()), i.dst());
      case Instruction.ByteSwap i -> {
        String kind =
            switch (i.kind()) {
              case TO_LE -> "le";
              case TO_BE -> "be";
              case SWAP -> "bswap";
            };
        yield "%s%d %%r%d".formatted(kind, i.bits(), i.dst());
      }
      case Instruction.AddressSpaceCast i ->
          "addr_space_cast %%r%d, %%r%d, %d, %d"
              .formatted(i.dst(), i.src(), i.toSpace(), i.fromSpace());
      case Instruction.Load i ->
          "ldx%s%s %%r%d, %s"
              .formatted(
                  i.signExtend() ? "s" : "", name(i.size()), i.dst(), memory(i.src(), i.offset()));
      case Instruction.Store i -> {
        String prefix = i.src() instanceof Operand.Reg ? "stx" : "st";
        yield "%s%s %s, %s"
            .formatted(prefix, name(i.size()), memory(i.dst(), i.offset()), operand(i.src()));
      }
      case Instruction.Atomic i -> atomic(i);
      case Instruction.LoadAcquire i ->
          "ldacq%s %%r%d, %s".formatted(name(i.size()), i.dst(), memory(i.src(), i.offset()));
      case Instruction.StoreRelease i ->
          "strel%s %s, %%r%d".formatted(name(i.size()), memory(i.dst(), i.offset()), i.src());
      case Instruction.LoadPacketAbsolute i -> "ldabs%s %d".formatted(name(i.size()), i.imm());
      case Instruction.LoadPacketIndirect i ->
          "ldind%s %%r%d, %d".formatted(name(i.size()), i.src(), i.imm());
      case Instruction.LoadImmediate64 i ->
          "lddw %%r%d, %s".formatted(i.dst(), KernelWriter.wide(i, pc, names));
      case Instruction.Jump i -> "ja " + KernelWriter.target(pc, i.offset(), names);
      case Instruction.LongJump i -> "ja32 " + KernelWriter.target(pc, i.offset(), names);
      case Instruction.MayGoto i -> "may_goto " + KernelWriter.target(pc, i.offset(), names);
      case Instruction.ConditionalJump i ->
          "%s%s %%r%d, %s, %s"
              .formatted(
                  name(i.op()),
                  suffix(i.width()),
                  i.dst(),
                  operand(i.src()),
                  KernelWriter.target(pc, i.offset(), names));
      case Instruction.CallHelper _,
          Instruction.CallKfunc _,
          Instruction.CallLocal _,
          Instruction.CallRegister _ ->
          KernelWriter.call(instruction, pc, names);
      case Instruction.Exit _ -> "exit";
    };
  }

  private static String atomic(Instruction.Atomic i) {
    String name = name(i.op()).replace('_', ' ');
    String suffix = i.size() == MemorySize.W ? "32" : "";
    return "lock %s%s %s, %%r%d".formatted(name, suffix, memory(i.dst(), i.offset()), i.src());
  }

  private static String memory(int register, int offset) {
    return "[%%r%d%+d]".formatted(register, offset);
  }

  private static String operand(Operand operand) {
    return switch (operand) {
      case Operand.Reg(int index) -> "%r" + index;
      case Operand.Imm(int value) -> Integer.toString(value);
    };
  }

  private static String suffix(Width width) {
    return width == Width.W32 ? "32" : "";
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
