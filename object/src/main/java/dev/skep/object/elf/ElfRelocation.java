package dev.skep.object.elf;

/**
 * A relocation: {@code Elf64_Rel}.
 *
 * @param offset byte offset in the target section
 * @param symbol index in the symbol table
 * @param type {@code R_BPF_*}
 */
public record ElfRelocation(long offset, int symbol, int type) {}
