package dev.skep.interpreter;

/**
 * Joins neighbouring operations into one. The second of a pair keeps its own operation, so that a
 * jump may land on it.
 */
final class Pairs {

  private static final int NONE = -1;

  private Pairs() {}

  /** The operations with pairs where there are some. */
  static long[] of(long[] operations) {
    long[] pairs = operations.clone();
    for (int pc = 0; pc + 1 < operations.length; pc++) {
      pairs[pc] = join(operations[pc], operations[pc + 1]);
    }
    return pairs;
  }

  private static int operation(long insn) {
    return (int) insn & 0xff;
  }

  private static int dst(long insn) {
    return (int) (insn >>> 8) & 15;
  }

  private static int src(long insn) {
    return (int) (insn >>> 12) & 15;
  }

  private static long join(long first, long second) {
    int joined =
        switch (operation(first)) {
          case Operation.MOV64_REG -> dst(first) == dst(second) ? move64(operation(second)) : NONE;
          case Operation.MOV32_REG -> dst(first) == dst(second) ? move32(operation(second)) : NONE;
          default -> NONE;
        };
    if (joined != NONE) {
      boolean register = isRegister(joined);
      if (register && src(second) == dst(first)) {
        // The operand is the moved value itself.
        return first;
      }
      long kept = first & 0xff00L;
      return kept
          | joined
          | (register ? (long) src(second) << 16 : second & 0xffff_ffff_0000_0000L);
    }
    int pair = pair(operation(first), operation(second));
    return pair == NONE ? first : first & ~0xffL | pair;
  }

  private static int pair(int first, int second) {
    return switch (first) {
      case Operation.ADD64_IMM ->
          switch (second) {
            case Operation.ADD64_IMM -> Operation.ADD_ADD;
            case Operation.JNE_IMM -> Operation.ADD_JNE;
            case Operation.JEQ_IMM -> Operation.ADD_JEQ;
            case Operation.JLT_IMM -> Operation.ADD_JLT;
            case Operation.JA -> Operation.ADD_JA;
            default -> NONE;
          };
      case Operation.JEQ_IMM -> second == Operation.JEQ_IMM ? Operation.JEQ_JEQ : NONE;
      case Operation.JEQ32_IMM -> second == Operation.JEQ32_IMM ? Operation.JEQ32_JEQ32 : NONE;
      case Operation.LDX_W -> second == Operation.STX_W ? Operation.LDX_STX_W : NONE;
      case Operation.LDX_DW -> second == Operation.STX_DW ? Operation.LDX_STX_DW : NONE;
      default -> NONE;
    };
  }

  private static boolean isRegister(int joined) {
    return joined >= Operation.MOVE_ADD64_REG && joined <= Operation.MOVE_ARSH64_REG
        || joined >= Operation.MOVE_ADD32_REG && joined <= Operation.MOVE_ARSH32_REG;
  }

  private static int move64(int operation) {
    return switch (operation) {
      case Operation.ADD64_IMM -> Operation.MOVE_ADD64_IMM;
      case Operation.MUL64_IMM -> Operation.MOVE_MUL64_IMM;
      case Operation.OR64_IMM -> Operation.MOVE_OR64_IMM;
      case Operation.AND64_IMM -> Operation.MOVE_AND64_IMM;
      case Operation.LSH64_IMM -> Operation.MOVE_LSH64_IMM;
      case Operation.RSH64_IMM -> Operation.MOVE_RSH64_IMM;
      case Operation.XOR64_IMM -> Operation.MOVE_XOR64_IMM;
      case Operation.ARSH64_IMM -> Operation.MOVE_ARSH64_IMM;
      case Operation.ADD64_REG -> Operation.MOVE_ADD64_REG;
      case Operation.MUL64_REG -> Operation.MOVE_MUL64_REG;
      case Operation.OR64_REG -> Operation.MOVE_OR64_REG;
      case Operation.AND64_REG -> Operation.MOVE_AND64_REG;
      case Operation.LSH64_REG -> Operation.MOVE_LSH64_REG;
      case Operation.RSH64_REG -> Operation.MOVE_RSH64_REG;
      case Operation.XOR64_REG -> Operation.MOVE_XOR64_REG;
      case Operation.ARSH64_REG -> Operation.MOVE_ARSH64_REG;
      default -> NONE;
    };
  }

  private static int move32(int operation) {
    return switch (operation) {
      case Operation.ADD32_IMM -> Operation.MOVE_ADD32_IMM;
      case Operation.MUL32_IMM -> Operation.MOVE_MUL32_IMM;
      case Operation.OR32_IMM -> Operation.MOVE_OR32_IMM;
      case Operation.AND32_IMM -> Operation.MOVE_AND32_IMM;
      case Operation.LSH32_IMM -> Operation.MOVE_LSH32_IMM;
      case Operation.RSH32_IMM -> Operation.MOVE_RSH32_IMM;
      case Operation.XOR32_IMM -> Operation.MOVE_XOR32_IMM;
      case Operation.ARSH32_IMM -> Operation.MOVE_ARSH32_IMM;
      case Operation.ADD32_REG -> Operation.MOVE_ADD32_REG;
      case Operation.MUL32_REG -> Operation.MOVE_MUL32_REG;
      case Operation.OR32_REG -> Operation.MOVE_OR32_REG;
      case Operation.AND32_REG -> Operation.MOVE_AND32_REG;
      case Operation.LSH32_REG -> Operation.MOVE_LSH32_REG;
      case Operation.RSH32_REG -> Operation.MOVE_RSH32_REG;
      case Operation.XOR32_REG -> Operation.MOVE_XOR32_REG;
      case Operation.ARSH32_REG -> Operation.MOVE_ARSH32_REG;
      default -> NONE;
    };
  }
}
