package dev.skep.object.elf;

/**
 * A section header: {@code Elf64_Shdr} with its name resolved.
 *
 * @param index position in the section header table
 * @param info {@code sh_info}, a relocation section's target
 */
public record ElfSection(
    int index,
    String name,
    int type,
    long flags,
    long offset,
    long size,
    int link,
    int info,
    long entrySize) {

  /** Whether it holds instructions. */
  public boolean executable() {
    return (flags & Elf.SHF_EXECINSTR) != 0;
  }
}
