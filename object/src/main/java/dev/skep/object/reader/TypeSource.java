package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfFormatException;
import dev.skep.object.elf.ElfSection;

/**
 * The types in a file, exactly as they are there: raw BTF, or the {@code .BTF} section of an
 * object, a kernel or a kernel module.
 */
public final class TypeSource {

  private TypeSource() {}

  /**
   * Reads types. A module's need the kernel's as their base, see {@link BtfReader#read(byte[],
   * Btf)}.
   *
   * @throws BtfFormatException if there are none, or they are malformed
   */
  public static Btf read(byte[] file) {
    return BtfReader.isBtf(file) ? BtfReader.read(file) : BtfReader.read(section(file));
  }

  /** Reads split types on top of a base. */
  public static Btf read(byte[] file, Btf base) {
    return BtfReader.read(BtfReader.isBtf(file) ? file : section(file), base);
  }

  private static byte[] section(byte[] file) {
    try {
      ElfFile elf = ElfFile.readAny(file);
      for (ElfSection section : elf.sections()) {
        if (section.name().equals(".BTF")) {
          return elf.data(section);
        }
      }
    } catch (ElfFormatException e) {
      throw new BtfFormatException("neither BTF nor ELF with BTF: " + e.getMessage());
    }
    throw new BtfFormatException("the file has no section .BTF; build it with -g");
  }
}
