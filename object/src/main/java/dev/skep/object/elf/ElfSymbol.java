package dev.skep.object.elf;

/**
 * A symbol: {@code Elf64_Sym} with its name resolved.
 *
 * @param index position in the symbol table
 * @param kind what it is and who sees it
 * @param section index of its section, or {@code SHN_UNDEF}, or a reserved number
 */
public record ElfSymbol(int index, String name, Kind kind, int section, long value, long size) {

  /**
   * {@code st_info} and {@code st_other}.
   *
   * @param type {@code STT_*}
   * @param binding {@code STB_*}
   * @param visibility {@code STV_*}
   */
  public record Kind(int type, int binding, int visibility) {}

  /** {@code STT_*}. */
  public int type() {
    return kind.type();
  }

  /** {@code STB_*}. */
  public int binding() {
    return kind.binding();
  }

  /** {@code STV_*}. */
  public int visibility() {
    return kind.visibility();
  }

  /** Whether it is global or weak, undefined and without a type: what libbpf takes as extern. */
  public boolean isExtern() {
    return section == Elf.SHN_UNDEF && binding() != Elf.STB_LOCAL && type() == Elf.STT_NOTYPE;
  }

  /** Whether other objects do not see it, although it is global. */
  public boolean hidden() {
    return visibility() == Elf.STV_HIDDEN || visibility() == Elf.STV_INTERNAL;
  }
}
