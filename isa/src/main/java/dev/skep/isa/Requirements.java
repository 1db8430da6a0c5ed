package dev.skep.isa;

import static dev.skep.isa.ConformanceGroup.ATOMIC32;
import static dev.skep.isa.ConformanceGroup.ATOMIC64;
import static dev.skep.isa.ConformanceGroup.BASE32;
import static dev.skep.isa.ConformanceGroup.BASE64;
import static dev.skep.isa.ConformanceGroup.DIVMUL32;
import static dev.skep.isa.ConformanceGroup.DIVMUL64;
import static dev.skep.isa.ConformanceGroup.PACKET;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime must have to run an instruction or a program.
 *
 * @param groups the conformance groups of RFC 9669
 * @param cpu the lowest cpu version that has everything
 * @param linux what is used beyond the RFC, by name, such as {@code may_goto}; the catalog dates it
 */
public record Requirements(Set<ConformanceGroup> groups, CpuVersion cpu, Set<String> linux) {

  public Requirements {
    groups =
        Collections.unmodifiableSet(
            groups.isEmpty() ? EnumSet.noneOf(ConformanceGroup.class) : EnumSet.copyOf(groups));
    linux = Collections.unmodifiableSet(new TreeSet<>(linux));
  }

  /** What one instruction needs. */
  public static Requirements of(Instruction instruction) {
    String beyond = beyondRfc(instruction);
    return new Requirements(
        beyond == null ? Set.of(group(instruction)) : Set.of(),
        cpu(instruction),
        beyond == null ? Set.of() : Set.of(beyond));
  }

  /**
   * What a whole program needs: every slot, reachable or not.
   *
   * @throws IllegalArgumentException if a slot is no instruction
   */
  public static Requirements of(Code code) {
    EnumSet<ConformanceGroup> groups = EnumSet.noneOf(ConformanceGroup.class);
    CpuVersion cpu = CpuVersion.V1;
    Set<String> linux = new TreeSet<>();
    for (int pc = 0; pc < code.size(); ) {
      switch (Decoder.decode(code, pc)) {
        case Decoded.Invalid invalid ->
            throw new IllegalArgumentException(
                "slot " + pc + " is no instruction: " + invalid.problems());
        case Decoded.Valid(Instruction instruction) -> {
          Requirements one = of(instruction);
          groups.addAll(one.groups);
          linux.addAll(one.linux);
          cpu = one.cpu.compareTo(cpu) > 0 ? one.cpu : cpu;
          pc += instruction.slots();
        }
      }
    }
    return new Requirements(groups, cpu, linux);
  }

  private static ConformanceGroup group(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu i ->
          switch (i.op()) {
            case MUL, DIV, SDIV, MOD, SMOD -> i.width() == Width.W64 ? DIVMUL64 : DIVMUL32;
            case ADD, SUB, OR, AND, LSH, RSH, XOR, MOV, ARSH -> base(i.width());
          };
      case Instruction.MoveSignExtend i -> base(i.width());
      case Instruction.Negate i -> base(i.width());
      case Instruction.ByteSwap i -> i.bits() == 64 ? BASE64 : BASE32;
      case Instruction.Load i -> base(i.size());
      case Instruction.Store i -> base(i.size());
      case Instruction.Atomic i -> i.size() == MemorySize.DW ? ATOMIC64 : ATOMIC32;
      case Instruction.LoadPacketAbsolute _, Instruction.LoadPacketIndirect _ -> PACKET;
      case Instruction.LoadImmediate64 _ -> BASE64;
      case Instruction.ConditionalJump i -> base(i.width());
      case Instruction.Jump _,
          Instruction.LongJump _,
          Instruction.CallHelper _,
          Instruction.CallKfunc _,
          Instruction.CallLocal _,
          Instruction.Exit _,
          Instruction.AddressSpaceCast _,
          Instruction.LoadAcquire _,
          Instruction.StoreRelease _,
          Instruction.MayGoto _,
          Instruction.CallRegister _ ->
          BASE32;
    };
  }

  private static ConformanceGroup base(Width width) {
    return width == Width.W64 ? BASE64 : BASE32;
  }

  private static ConformanceGroup base(MemorySize size) {
    return size == MemorySize.DW ? BASE64 : BASE32;
  }

  private static CpuVersion cpu(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu i -> i.op().offset() == 1 ? CpuVersion.V4 : CpuVersion.V1;
      case Instruction.MoveSignExtend _,
          Instruction.LongJump _,
          Instruction.LoadAcquire _,
          Instruction.StoreRelease _ ->
          CpuVersion.V4;
      case Instruction.ByteSwap i ->
          i.kind() == Instruction.ByteSwapKind.SWAP ? CpuVersion.V4 : CpuVersion.V1;
      case Instruction.Load i -> i.signExtend() ? CpuVersion.V4 : CpuVersion.V1;
      case Instruction.Atomic i -> i.op() == AtomicOp.ADD ? CpuVersion.V1 : CpuVersion.V3;
      case Instruction.ConditionalJump i ->
          i.width() == Width.W32
              ? CpuVersion.V3
              : switch (i.op()) {
                case JLT, JLE, JSLT, JSLE -> CpuVersion.V2;
                case JEQ, JGT, JGE, JSET, JNE, JSGT, JSGE -> CpuVersion.V1;
              };
      case Instruction.Negate _,
          Instruction.AddressSpaceCast _,
          Instruction.Store _,
          Instruction.LoadPacketAbsolute _,
          Instruction.LoadPacketIndirect _,
          Instruction.LoadImmediate64 _,
          Instruction.Jump _,
          Instruction.MayGoto _,
          Instruction.CallHelper _,
          Instruction.CallKfunc _,
          Instruction.CallLocal _,
          Instruction.CallRegister _,
          Instruction.Exit _ ->
          CpuVersion.V1;
    };
  }

  private static @Nullable String beyondRfc(Instruction instruction) {
    return switch (instruction) {
      case Instruction.AddressSpaceCast _ -> "addr_space_cast";
      case Instruction.MayGoto _ -> "may_goto";
      case Instruction.LoadAcquire _ -> "load_acquire";
      case Instruction.StoreRelease _ -> "store_release";
      case Instruction.CallRegister _ -> "callx";
      default -> null;
    };
  }
}
