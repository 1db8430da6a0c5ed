package dev.skep.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code .BTF.ext} section: where functions and source lines start, and what CO-RE has to
 * relocate, by ELF section.
 *
 * <pre>
 * struct btf_ext_header { u16 magic; u8 version; u8 flags; u32 hdr_len; u32 func_info_off, _len;
 *                         u32 line_info_off, _len; u32 core_relo_off, _len; }
 * each: u32 rec_size; then per ELF section: u32 sec_name_off; u32 num_info; records
 * </pre>
 *
 * @param functions {@code struct bpf_func_info} records
 * @param lines {@code struct bpf_line_info} records
 * @param relocations {@code struct bpf_core_relo} records
 */
public record BtfExt(
    List<Section<FunctionRecord>> functions,
    List<Section<LineRecord>> lines,
    List<Section<CoreRecord>> relocations) {

  private static final int MIN_HEADER = 24;
  private static final int CORE_HEADER = 32;

  public BtfExt {
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    relocations = List.copyOf(relocations);
  }

  /** The records of one ELF section, in the order of the file. */
  public record Section<R>(String name, List<R> records) {}

  /** A function starts: byte offset in its section, id of its {@code BTF_KIND_FUNC}. */
  public record FunctionRecord(int instructionOffset, int typeId) {}

  /** A source line starts; offsets in bytes, line and column from 1. */
  public record LineRecord(int instructionOffset, String file, String text, int line, int column) {}

  /**
   * An instruction to relocate.
   *
   * @param instructionOffset byte offset in its section
   * @param typeId the local type
   * @param access the access string, such as {@code 0:1:2}
   * @param kind {@code enum bpf_core_relo_kind}
   */
  public record CoreRecord(int instructionOffset, int typeId, String access, int kind) {}

  /**
   * Reads a section.
   *
   * @param btf the types it belongs to, as {@link BtfReader} read them
   * @throws BtfFormatException if it is malformed
   */
  public static BtfExt read(byte[] bytes, Btf btf) {
    if (!(btf instanceof ParsedBtf parsed)) {
      throw new IllegalArgumentException("needs BTF from BtfReader");
    }
    return new Parser(bytes, parsed).parse();
  }

  private static final class Parser {

    private final byte[] bytes;
    private final ParsedBtf btf;
    private final ByteBuffer in;
    private final Map<Integer, String> strings = new HashMap<>();

    Parser(byte[] bytes, ParsedBtf btf) {
      this.bytes = bytes;
      this.btf = btf;
      this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    BtfExt parse() {
      if (bytes.length < MIN_HEADER) {
        throw new BtfFormatException(
            ".BTF.ext: a header takes %d bytes, but there are only %d"
                .formatted(MIN_HEADER, bytes.length));
      }
      if (BtfReader.orderOf(bytes) == ByteOrder.BIG_ENDIAN) {
        in.order(ByteOrder.BIG_ENDIAN);
      } else if (BtfReader.orderOf(bytes) == null) {
        throw new BtfFormatException(".BTF.ext: it does not start with 9f eb");
      }
      if (bytes[2] != 1) {
        throw new BtfFormatException(".BTF.ext: version " + (bytes[2] & 0xff));
      }
      long header = word(4) & 0xffff_ffffL;
      if (header < MIN_HEADER || header > bytes.length) {
        throw new BtfFormatException(".BTF.ext: header length " + header + " cannot be");
      }
      return new BtfExt(
          info("func", header, 8, 8, i -> new FunctionRecord(word(i), word(i + 4))),
          info("line", header, 16, 16, this::line),
          header < CORE_HEADER
              ? List.of()
              : info(
                  "core_relo",
                  header,
                  24,
                  16,
                  i -> new CoreRecord(word(i), word(i + 4), string(word(i + 8)), word(i + 12))));
    }

    private LineRecord line(int at) {
      int lineAndColumn = word(at + 12);
      return new LineRecord(
          word(at),
          string(word(at + 4)),
          string(word(at + 8)),
          lineAndColumn >>> 10,
          lineAndColumn & 0x3ff);
    }

    private <R> List<Section<R>> info(
        String what, long header, int field, int minSize, java.util.function.IntFunction<R> read) {
      long start = header + (word(field) & 0xffff_ffffL);
      long length = word(field + 4) & 0xffff_ffffL;
      if (length == 0) {
        return List.of();
      }
      if (start % 4 != 0 || start + length > bytes.length || length < 4) {
        throw new BtfFormatException(
            ".BTF.ext: %s info (%d bytes from byte %d) does not lie inside the section"
                .formatted(what, length, start));
      }
      int at = (int) start;
      int end = (int) (start + length);
      int size = word(at);
      at += 4;
      if (size < minSize || size % 4 != 0) {
        throw new BtfFormatException(
            ".BTF.ext: %s info has records of %d bytes instead of %d"
                .formatted(what, Integer.toUnsignedLong(size), minSize));
      }
      var sections = new ArrayList<Section<R>>();
      while (at < end) {
        if (end - at < 8) {
          throw new BtfFormatException(
              ".BTF.ext: %s info ends inside a header at byte %d".formatted(what, at));
        }
        String name = string(word(at));
        long count = word(at + 4) & 0xffff_ffffL;
        at += 8;
        if (count == 0 || count * size > end - at) {
          throw new BtfFormatException(
              ".BTF.ext: %d %s records for section '%s' at byte %d do not fit"
                  .formatted(count, what, name, at));
        }
        var records = new ArrayList<R>((int) count);
        for (int i = 0; i < count; i++, at += size) {
          records.add(read.apply(at));
        }
        sections.add(new Section<>(name, records));
      }
      return sections;
    }

    private int word(int at) {
      return in.getInt(at);
    }

    private String string(int offset) {
      if (offset < 0 || offset >= btf.stringEnd()) {
        throw new BtfFormatException(
            ".BTF.ext: a string at offset %d, but the strings of .BTF end at %d"
                .formatted(Integer.toUnsignedLong(offset), btf.stringEnd()));
      }
      return strings.computeIfAbsent(offset, btf::string);
    }
  }
}
