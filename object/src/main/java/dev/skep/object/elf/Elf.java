package dev.skep.object.elf;

/** Numbers of {@code elf.h} that BPF objects need. */
public final class Elf {

  /** {@code ET_REL}: a relocatable file. */
  public static final int ET_REL = 1;

  /** {@code EM_BPF}. */
  public static final int EM_BPF = 247;

  public static final int SHT_PROGBITS = 1;
  public static final int SHT_SYMTAB = 2;
  public static final int SHT_STRTAB = 3;
  public static final int SHT_NOBITS = 8;
  public static final int SHT_REL = 9;

  public static final long SHF_WRITE = 1;
  public static final long SHF_ALLOC = 2;
  public static final long SHF_EXECINSTR = 4;

  public static final int SHN_UNDEF = 0;
  public static final int SHN_LORESERVE = 0xff00;
  public static final int SHN_XINDEX = 0xffff;

  public static final int STT_NOTYPE = 0;
  public static final int STT_OBJECT = 1;
  public static final int STT_FUNC = 2;
  public static final int STT_SECTION = 3;

  public static final int STB_LOCAL = 0;
  public static final int STB_GLOBAL = 1;
  public static final int STB_WEAK = 2;

  public static final int STV_DEFAULT = 0;
  public static final int STV_INTERNAL = 1;
  public static final int STV_HIDDEN = 2;

  /** {@code R_BPF_64_64}: the 64-bit immediate of a wide load. */
  public static final int R_BPF_64_64 = 1;

  /** {@code R_BPF_64_ABS64}: eight bytes of data. */
  public static final int R_BPF_64_ABS64 = 2;

  /** {@code R_BPF_64_32}: the immediate of a call. */
  public static final int R_BPF_64_32 = 10;

  static final int HEADER = 64;
  static final int SECTION_HEADER = 64;
  static final int SYMBOL = 24;
  static final int RELOCATION = 16;

  private Elf() {}
}
