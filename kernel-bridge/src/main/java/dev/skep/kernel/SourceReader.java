package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfInfo;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.Bytes;
import dev.skep.object.LineInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arrays of {@code struct bpf_prog_info}: asked for once their lengths are known. */
final class SourceReader {

  private static final int TAG_BYTES = 8;
  private static final int COLUMN_BITS = 10;

  private final Kernel kernel;
  private final Fd fd;
  private final Arena arena;

  private SourceReader(Kernel kernel, Fd fd, Arena arena) {
    this.kernel = kernel;
    this.fd = fd;
    this.arena = arena;
  }

  static ProgramSource read(Kernel kernel, Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      return new SourceReader(kernel, fd, arena).read();
    }
  }

  private ProgramSource read() {
    Block lengths = InfoReader.fill(fd, arena, Block.of(arena, BpfInfo.PROG));
    Block info = Block.of(arena, BpfInfo.PROG);
    MemorySegment functions =
        room(lengths, info, "func_info", "nr_func_info", lengths.getInt("func_info_rec_size"));
    info.set("func_info_rec_size", lengths.get("func_info_rec_size"));
    MemorySegment lines =
        room(lengths, info, "line_info", "nr_line_info", lengths.getInt("line_info_rec_size"));
    info.set("line_info_rec_size", lengths.get("line_info_rec_size"));
    MemorySegment machineLines =
        room(
            lengths,
            info,
            "jited_line_info",
            "nr_jited_line_info",
            lengths.getInt("jited_line_info_rec_size"));
    info.set("jited_line_info_rec_size", lengths.get("jited_line_info_rec_size"));
    MemorySegment addresses = room(lengths, info, "jited_ksyms", "nr_jited_ksyms", 8);
    MemorySegment sizes = room(lengths, info, "jited_func_lens", "nr_jited_func_lens", 4);
    MemorySegment tags = room(lengths, info, "prog_tags", "nr_prog_tags", TAG_BYTES);
    InfoReader.fill(fd, arena, info);
    Types types = types(lengths.getInt("btf_id"));
    return new ProgramSource(
        functions(types, info, functions),
        lines(types, info, lines),
        machineFunctions(info, addresses, sizes, tags),
        longs(machineLines, count(info, "jited_line_info", "nr_jited_line_info")));
  }

  /** Memory for an array that the kernel will fill. */
  private MemorySegment room(
      Block lengths, Block info, String pointer, String count, int recordBytes) {
    int records = lengths.getInt(count);
    MemorySegment memory = arena.allocate(Math.max(8L, (long) records * recordBytes), 8);
    if (records > 0) {
      info.set(pointer, memory).set(count, records);
    }
    return memory;
  }

  /** The kernel clears a pointer whose array the caller may not see. */
  private static int count(Block info, String pointer, String count) {
    return info.get(pointer) == 0 ? 0 : info.getInt(count);
  }

  /** Types, and the texts that line information refers to by their offset. */
  private record Types(Btf btf, Bytes raw) {

    /** {@code str_off} of {@code struct btf_header} counts from the header's end. */
    String string(int offset) {
      long start = raw.littleEndian(4, 4) + raw.littleEndian(16, 4) + offset;
      long end = start;
      while (end < raw.size() && raw.at((int) end) != 0) {
        end++;
      }
      byte[] bytes = raw.toArray();
      return end > start
          ? new String(bytes, (int) start, (int) (end - start), StandardCharsets.UTF_8)
          : "";
    }
  }

  private @Nullable Types types(int id) {
    if (id == 0) {
      return null;
    }
    try (KernelBtf btf = kernel.btfById(id)) {
      byte[] raw = btf.bytes();
      return new Types(BtfReader.read(raw), Bytes.of(raw));
    } catch (KernelCallException | BtfFormatException e) {
      return null; // without CAP_SYS_ADMIN there are no names
    }
  }

  private static List<ProgramSource.Function> functions(
      @Nullable Types types, Block info, MemorySegment memory) {
    var functions = new ArrayList<ProgramSource.Function>();
    int stride = info.getInt("func_info_rec_size");
    for (int i = 0; i < count(info, "func_info", "nr_func_info"); i++) {
      int type = memory.get(JAVA_INT, (long) i * stride + 4);
      String name = types == null ? "" : types.btf().type(type).name();
      functions.add(
          new ProgramSource.Function(memory.get(JAVA_INT, (long) i * stride), type, name));
    }
    return functions;
  }

  private static List<LineInfo> lines(@Nullable Types types, Block info, MemorySegment memory) {
    var lines = new ArrayList<LineInfo>();
    int stride = info.getInt("line_info_rec_size");
    for (int i = 0; i < count(info, "line_info", "nr_line_info"); i++) {
      long at = (long) i * stride;
      int place = memory.get(JAVA_INT, at + 12);
      lines.add(
          new LineInfo(
              memory.get(JAVA_INT, at),
              types == null ? "" : types.string(memory.get(JAVA_INT, at + 4)),
              types == null ? "" : types.string(memory.get(JAVA_INT, at + 8)),
              place >>> COLUMN_BITS,
              place & (1 << COLUMN_BITS) - 1));
    }
    return lines;
  }

  private static List<ProgramSource.MachineFunction> machineFunctions(
      Block info, MemorySegment addresses, MemorySegment sizes, MemorySegment tags) {
    var functions = new ArrayList<ProgramSource.MachineFunction>();
    int hasAddresses = count(info, "jited_ksyms", "nr_jited_ksyms");
    int hasTags = count(info, "prog_tags", "nr_prog_tags");
    for (int i = 0; i < count(info, "jited_func_lens", "nr_jited_func_lens"); i++) {
      byte[] tag =
          i < hasTags
              ? tags.asSlice((long) i * TAG_BYTES, TAG_BYTES).toArray(JAVA_BYTE)
              : new byte[0];
      functions.add(
          new ProgramSource.MachineFunction(
              i < hasAddresses ? addresses.getAtIndex(JAVA_LONG, i) : 0,
              sizes.getAtIndex(JAVA_INT, i),
              Bytes.of(tag)));
    }
    return functions;
  }

  private static List<Long> longs(MemorySegment memory, int count) {
    var numbers = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      numbers.add(memory.getAtIndex(JAVA_LONG, i));
    }
    return numbers;
  }
}
