package dev.skep.object.elf;

/**
 * A section header: {@code Elf64_Shdr} with its name resolved.
 *
 * @param index position in the section header table
 * @param type {@code SHT_*}
 * @param flags {@code SHF_*}
 * @param extent where its contents are
 * @param table what it says if it is a table
 */
public record ElfSection(int index, String name, int type, long flags, Extent extent, Table table) {

  /** Contents: the first byte in the file, and how many there are. */
  public record Extent(long offset, long size) {}

  /**
   * What a section of entries says about them.
   *
   * @param link {@code sh_link}: the section that the entries refer to, such as their names
   * @param info {@code sh_info}: a relocation section's target
   * @param entrySize {@code sh_entsize}, bytes
   */
  public record Table(int link, int info, long entrySize) {
    /** Of a section that is no table. */
    public static final Table NONE = new Table(0, 0, 0);
  }

  /** {@code sh_offset}: the first byte in the file. */
  public long offset() {
    return extent.offset();
  }

  /** {@code sh_size}, bytes. */
  public long size() {
    return extent.size();
  }

  /** {@code sh_link}. */
  public int link() {
    return table.link();
  }

  /** {@code sh_info}. */
  public int info() {
    return table.info();
  }

  /** {@code sh_entsize}, bytes. */
  public long entrySize() {
    return table.entrySize();
  }

  /** Whether it holds instructions. */
  public boolean executable() {
    return (flags & Elf.SHF_EXECINSTR) != 0;
  }
}
