package dev.skep.kernel;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** Functions of a binary or library by name, as file offsets, which uprobes want. */
public final class UserSymbols {

  private static final int SHT_SYMTAB = 2;
  private static final int SHT_DYNSYM = 11;
  private static final int PT_LOAD = 1;
  private static final int STT_FUNC = 2;
  private static final int STT_GNU_IFUNC = 10;
  private static final int SYMBOL_BYTES = 24;

  private final ByteBuffer file;

  private UserSymbols(ByteBuffer file) {
    this.file = file;
  }

  /**
   * The file offset of a function: of {@code .dynsym} or {@code .symtab}, whichever has it.
   *
   * @return empty if the file has no such function or is no 64-bit little-endian ELF file
   */
  public static OptionalLong offsetOf(Path binary, String function) throws IOException {
    try (FileChannel channel = FileChannel.open(binary, StandardOpenOption.READ)) {
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      mapped.order(ByteOrder.LITTLE_ENDIAN);
      try {
        return new UserSymbols(mapped).find(function);
      } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
        return OptionalLong.empty();
      }
    }
  }

  private OptionalLong find(String function) {
    // \x7fELF, ELFCLASS64, ELFDATA2LSB
    if (file.getInt(0) != 0x464c457f || file.get(4) != 2 || file.get(5) != 1) {
      return OptionalLong.empty();
    }
    int sections = Math.toIntExact(file.getLong(0x28));
    int entry = file.getShort(0x3a) & 0xffff;
    int count = file.getShort(0x3c) & 0xffff;
    for (int i = 0; i < count; i++) {
      int at = sections + i * entry;
      int type = file.getInt(at + 4);
      if (type == SHT_DYNSYM || type == SHT_SYMTAB) {
        int link = file.getInt(at + 0x28);
        int strings = Math.toIntExact(file.getLong(sections + link * entry + 0x18));
        int symbols = Math.toIntExact(file.getLong(at + 0x18));
        OptionalLong found =
            inTable(symbols, file.getLong(at + 0x20) / SYMBOL_BYTES, strings, function);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong inTable(int symbols, long count, int strings, String function) {
    byte[] name = function.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < count; i++) {
      int at = symbols + i * SYMBOL_BYTES;
      int type = file.get(at + 4) & 0xf;
      long address = file.getLong(at + 8);
      if ((type == STT_FUNC || type == STT_GNU_IFUNC)
          && address != 0
          && isAt(strings + file.getInt(at), name)) {
        return fileOffset(address);
      }
    }
    return OptionalLong.empty();
  }

  private boolean isAt(int place, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      if (file.get(place + i) != name[i]) {
        return false;
      }
    }
    return file.get(place + name.length) == 0;
  }

  private OptionalLong fileOffset(long address) {
    int headers = Math.toIntExact(file.getLong(0x20));
    int entry = file.getShort(0x36) & 0xffff;
    int count = file.getShort(0x38) & 0xffff;
    for (int i = 0; i < count; i++) {
      int at = headers + i * entry;
      long start = file.getLong(at + 0x10);
      if (file.getInt(at) == PT_LOAD
          && address >= start
          && address < start + file.getLong(at + 0x20)) {
        return OptionalLong.of(address - start + file.getLong(at + 8));
      }
    }
    return OptionalLong.empty();
  }
}
