package dev.skep.interpreter;

/**
 * What one step of {@link Loop} does: the kinds of instructions that are frequent, numbered without
 * gaps so that a switch over them is a table. Everything else is {@link #OTHER}. Some stand for an
 * instruction and the one behind it; they are used where nothing can tell the difference.
 *
 * <p>A prepared instruction is one {@code long}, laid out as the instruction itself is:
 *
 * <pre>
 *  63                  32 31      16 15   12 11    8 7         0
 * |  imm                 | offset   | src   | dst   | operation |
 * </pre>
 */
final class Operation {
  static final int ADD64_REG = 0;
  static final int SUB64_REG = 1;
  static final int MUL64_REG = 2;
  static final int DIV64_REG = 3;
  static final int OR64_REG = 4;
  static final int AND64_REG = 5;
  static final int LSH64_REG = 6;
  static final int RSH64_REG = 7;
  static final int MOD64_REG = 8;
  static final int XOR64_REG = 9;
  static final int MOV64_REG = 10;
  static final int ARSH64_REG = 11;
  static final int ADD64_IMM = 12;
  static final int SUB64_IMM = 13;
  static final int MUL64_IMM = 14;
  static final int DIV64_IMM = 15;
  static final int OR64_IMM = 16;
  static final int AND64_IMM = 17;
  static final int LSH64_IMM = 18;
  static final int RSH64_IMM = 19;
  static final int MOD64_IMM = 20;
  static final int XOR64_IMM = 21;
  static final int MOV64_IMM = 22;
  static final int ARSH64_IMM = 23;
  static final int ADD32_REG = 24;
  static final int SUB32_REG = 25;
  static final int MUL32_REG = 26;
  static final int DIV32_REG = 27;
  static final int OR32_REG = 28;
  static final int AND32_REG = 29;
  static final int LSH32_REG = 30;
  static final int RSH32_REG = 31;
  static final int MOD32_REG = 32;
  static final int XOR32_REG = 33;
  static final int MOV32_REG = 34;
  static final int ARSH32_REG = 35;
  static final int ADD32_IMM = 36;
  static final int SUB32_IMM = 37;
  static final int MUL32_IMM = 38;
  static final int DIV32_IMM = 39;
  static final int OR32_IMM = 40;
  static final int AND32_IMM = 41;
  static final int LSH32_IMM = 42;
  static final int RSH32_IMM = 43;
  static final int MOD32_IMM = 44;
  static final int XOR32_IMM = 45;
  static final int MOV32_IMM = 46;
  static final int ARSH32_IMM = 47;
  static final int JEQ_REG = 48;
  static final int JGT_REG = 49;
  static final int JGE_REG = 50;
  static final int JSET_REG = 51;
  static final int JNE_REG = 52;
  static final int JSGT_REG = 53;
  static final int JSGE_REG = 54;
  static final int JLT_REG = 55;
  static final int JLE_REG = 56;
  static final int JSLT_REG = 57;
  static final int JSLE_REG = 58;
  static final int JEQ_IMM = 59;
  static final int JGT_IMM = 60;
  static final int JGE_IMM = 61;
  static final int JSET_IMM = 62;
  static final int JNE_IMM = 63;
  static final int JSGT_IMM = 64;
  static final int JSGE_IMM = 65;
  static final int JLT_IMM = 66;
  static final int JLE_IMM = 67;
  static final int JSLT_IMM = 68;
  static final int JSLE_IMM = 69;
  static final int JEQ32_REG = 70;
  static final int JGT32_REG = 71;
  static final int JGE32_REG = 72;
  static final int JSET32_REG = 73;
  static final int JNE32_REG = 74;
  static final int JSGT32_REG = 75;
  static final int JSGE32_REG = 76;
  static final int JLT32_REG = 77;
  static final int JLE32_REG = 78;
  static final int JSLT32_REG = 79;
  static final int JSLE32_REG = 80;
  static final int JEQ32_IMM = 81;
  static final int JGT32_IMM = 82;
  static final int JGE32_IMM = 83;
  static final int JSET32_IMM = 84;
  static final int JNE32_IMM = 85;
  static final int JSGT32_IMM = 86;
  static final int JSGE32_IMM = 87;
  static final int JLT32_IMM = 88;
  static final int JLE32_IMM = 89;
  static final int JSLT32_IMM = 90;
  static final int JSLE32_IMM = 91;
  static final int JA = 92;
  static final int LD_CONST = 93;
  static final int LDX_B = 94;
  static final int LDX_H = 95;
  static final int LDX_W = 96;
  static final int LDX_DW = 97;
  static final int STX_B = 98;
  static final int STX_H = 99;
  static final int STX_W = 100;
  static final int STX_DW = 101;
  static final int ST_B = 102;
  static final int ST_H = 103;
  static final int ST_W = 104;
  static final int ST_DW = 105;
  static final int CALL = 106;
  static final int EXIT = 107;
  static final int HELPER = 108;
  static final int OTHER = 109;

  // Two instructions in one step: a move and an operation on its target, then other pairs.
  static final int MOVE_ADD64_IMM = 110;
  static final int MOVE_MUL64_IMM = 111;
  static final int MOVE_OR64_IMM = 112;
  static final int MOVE_AND64_IMM = 113;
  static final int MOVE_LSH64_IMM = 114;
  static final int MOVE_RSH64_IMM = 115;
  static final int MOVE_XOR64_IMM = 116;
  static final int MOVE_ARSH64_IMM = 117;
  static final int MOVE_ADD64_REG = 118;
  static final int MOVE_MUL64_REG = 119;
  static final int MOVE_OR64_REG = 120;
  static final int MOVE_AND64_REG = 121;
  static final int MOVE_LSH64_REG = 122;
  static final int MOVE_RSH64_REG = 123;
  static final int MOVE_XOR64_REG = 124;
  static final int MOVE_ARSH64_REG = 125;
  static final int MOVE_ADD32_IMM = 126;
  static final int MOVE_MUL32_IMM = 127;
  static final int MOVE_OR32_IMM = 128;
  static final int MOVE_AND32_IMM = 129;
  static final int MOVE_LSH32_IMM = 130;
  static final int MOVE_RSH32_IMM = 131;
  static final int MOVE_XOR32_IMM = 132;
  static final int MOVE_ARSH32_IMM = 133;
  static final int MOVE_ADD32_REG = 134;
  static final int MOVE_MUL32_REG = 135;
  static final int MOVE_OR32_REG = 136;
  static final int MOVE_AND32_REG = 137;
  static final int MOVE_LSH32_REG = 138;
  static final int MOVE_RSH32_REG = 139;
  static final int MOVE_XOR32_REG = 140;
  static final int MOVE_ARSH32_REG = 141;
  static final int ADD_ADD = 142;
  static final int ADD_JNE = 143;
  static final int ADD_JEQ = 144;
  static final int ADD_JLT = 145;
  static final int ADD_JA = 146;
  static final int JEQ_JEQ = 147;
  static final int JEQ32_JEQ32 = 148;
  static final int LDX_STX_W = 149;
  static final int LDX_STX_DW = 150;

  /** Operators between {@code ADD64_REG} and {@code ADD64_IMM}. */
  static final int ALU_FORMS = ADD64_IMM - ADD64_REG;

  /** Conditions between {@code JEQ_REG} and {@code JEQ_IMM}. */
  static final int JUMP_FORMS = JEQ_IMM - JEQ_REG;

  private Operation() {}
}
