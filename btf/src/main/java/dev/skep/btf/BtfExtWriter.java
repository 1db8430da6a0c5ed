package dev.skep.btf;

import dev.skep.btf.BtfExt.FunctionRecord;
import dev.skep.btf.BtfExt.LineRecord;
import dev.skep.btf.BtfExt.Section;
import dev.skep.btf.BtfWriter.StringTable;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Encodes function and line records as a little-endian {@code .BTF.ext} section. */
public final class BtfExtWriter {

  private static final int HEADER = 32;

  private final StringTable strings;

  private BtfExtWriter(StringTable strings) {
    this.strings = strings;
  }

  /**
   * Encodes records; CO-RE relocations are not written.
   *
   * @param strings the table of the {@code .BTF} section, which is to be written afterwards
   */
  public static byte[] write(BtfExt ext, StringTable strings) {
    return new BtfExtWriter(strings).encode(ext.functions(), ext.lines());
  }

  private byte[] encode(
      List<Section<FunctionRecord>> functionSections, List<Section<LineRecord>> lineSections) {
    var functions = new ByteArrayOutputStream();
    word(functions, 8);
    for (Section<FunctionRecord> section : functionSections) {
      word(functions, strings.offsetOf(section.name()));
      word(functions, section.records().size());
      for (FunctionRecord r : section.records()) {
        word(functions, r.instructionOffset());
        word(functions, r.typeId());
      }
    }
    var lines = new ByteArrayOutputStream();
    word(lines, 16);
    for (Section<LineRecord> section : lineSections) {
      word(lines, strings.offsetOf(section.name()));
      word(lines, section.records().size());
      for (LineRecord r : section.records()) {
        word(lines, r.instructionOffset());
        word(lines, strings.offsetOf(r.file()));
        word(lines, strings.offsetOf(r.text()));
        word(lines, r.line() << 10 | Math.min(r.column(), 0x3ff));
      }
    }
    var out = new ByteArrayOutputStream();
    word(out, BtfReader.MAGIC | 1 << 16);
    word(out, HEADER);
    word(out, 0);
    word(out, functions.size());
    word(out, functions.size());
    word(out, lines.size());
    word(out, functions.size() + lines.size());
    word(out, 0);
    out.writeBytes(functions.toByteArray());
    out.writeBytes(lines.toByteArray());
    return out.toByteArray();
  }

  private static void word(ByteArrayOutputStream out, int value) {
    out.write(value);
    out.write(value >> 8);
    out.write(value >> 16);
    out.write(value >> 24);
  }
}
