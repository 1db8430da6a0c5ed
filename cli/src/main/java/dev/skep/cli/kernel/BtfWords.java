package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfCPrinter;
import dev.skep.btf.BtfJsonPrinter;
import dev.skep.btf.BtfRawPrinter;
import dev.skep.btf.BtfReader;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelBtf;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.BtfInfo;
import dev.skep.kernel.info.MapInfo;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.kernel.info.ProgramInfo;
import dev.skep.report.input.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel btf …}. */
final class BtfWords {

  /** No kernel's types come near, in bytes. */
  private static final int MAX_TYPES = 256 << 20;

  private static final Path MODULES = Path.of("/sys/kernel/btf");

  private final Kernel kernel;
  private final Output out;
  private final @Nullable Path base;

  BtfWords(Kernel kernel, Output out, @Nullable Path base) {
    this.kernel = kernel;
    this.out = out;
    this.base = base;
  }

  void run(String verb, Words words) throws IOException {
    switch (verb) {
      case "show", "list" -> showBtf(words);
      case "dump" -> dump(words);
      default ->
          throw CommandFailure.usage(
              "unknown command 'btf " + verb + "'; there are show, list and dump");
    }
  }

  private void showBtf(Words words) {
    boolean single = words.take("id");
    List<Integer> ids =
        single ? List.of(words.integer("the BTF's id")) : kernel.ids(ObjectKind.BTF);
    words.end();
    var programs = new LinkedHashMap<Integer, List<Integer>>();
    for (KernelProgram program : References.allPrograms(kernel, p -> true)) {
      try (program) {
        ProgramInfo info = program.info();
        programs
            .computeIfAbsent(info.origin().types().object(), k -> new ArrayList<>())
            .add(info.id());
      }
    }
    var maps = new LinkedHashMap<Integer, List<Integer>>();
    for (var map : References.allMaps(kernel, m -> true)) {
      try (map) {
        MapInfo info = map.info();
        maps.computeIfAbsent(info.types().object(), k -> new ArrayList<>()).add(info.id());
      }
    }
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (int id : ids) {
      try (KernelBtf btf = kernel.btfById(id)) {
        BtfInfo info = btf.info();
        List<Integer> programIds = programs.getOrDefault(id, List.of());
        List<Integer> mapIds = maps.getOrDefault(id, List.of());
        var json = new LinkedHashMap<String, Object>();
        json.put("id", id);
        json.put("size", info.size());
        json.put("prog_ids", programIds);
        json.put("map_ids", mapIds);
        json.put("kernel", info.kernel());
        if (!info.name().isEmpty()) {
          json.put("name", info.name());
        }
        values.add(json);
        String name = info.name().isEmpty() ? "<anon>" : "[" + info.name() + "]";
        text.append("%d: name %s  size %dB".formatted(id, name, info.size()));
        text.append(programIds.isEmpty() ? "" : "  prog_ids " + ProgramWords.join(programIds));
        text.append(mapIds.isEmpty() ? "" : "  map_ids " + ProgramWords.join(mapIds)).append('\n');
      } catch (KernelCallException e) {
        References.ignoreGone(e);
      }
    }
    out.printList(values, single, text.toString());
  }

  /** {@code id ID|prog PROG|map MAP [key|value|kv|all]|file FILE [format raw|c]}. */
  private void dump(Words words) throws IOException {
    Set<Integer> only = new TreeSet<>();
    Btf types;
    if (words.take("file")) {
      Path file = Path.of(words.next("a file"));
      if (!Files.isReadable(file)) {
        throw CommandFailure.unreadable(file + ": no such file");
      }
      types = read(file);
    } else if (words.take("id")) {
      types = types(words.integer("the BTF's id"));
    } else if (words.take("prog")) {
      try (KernelProgram program = References.program(kernel, words)) {
        types = types(program.info().origin().types().object());
      }
    } else if (words.take("map")) {
      try (KernelMap map = References.map(kernel, words)) {
        MapInfo info = map.info();
        types = types(info.types().object());
        only.addAll(roots(words, info));
      }
    } else {
      throw CommandFailure.usage("expected id ID, prog PROG, map MAP or file FILE");
    }
    String format = words.take("format") ? words.next("raw or c") : "raw";
    words.end();
    switch (format) {
      case "raw" -> {
        if (out.isJson()) {
          out.raw(BtfJsonPrinter.print(types, id -> only.isEmpty() || only.contains(id)));
        } else {
          String all = BtfRawPrinter.print(types);
          out.raw(only.isEmpty() ? all : selected(all, only));
        }
      }
      case "c" -> out.raw(BtfCPrinter.print(types));
      default -> throw CommandFailure.usage("expected raw or c, not '" + format + "'");
    }
  }

  /** A module's types in {@code /sys/kernel/btf} extend the kernel's, without being told. */
  private Btf read(Path file) {
    Btf extended = null;
    if (base != null) {
      extended = BtfReader.read(InputFile.read(base, MAX_TYPES));
    } else if (file.startsWith(MODULES) && !file.endsWith("vmlinux")) {
      extended = kernel.btf();
    }
    return extended == null
        ? BtfReader.read(InputFile.read(file, MAX_TYPES))
        : BtfReader.read(InputFile.read(file, MAX_TYPES), extended);
  }

  private Btf types(int id) {
    if (id == 0) {
      throw CommandFailure.unreadable("it has no types");
    }
    try (KernelBtf btf = kernel.btfById(id)) {
      Btf base = kernel.btf();
      BtfInfo info = btf.info();
      boolean module = info.kernel() && !info.name().equals("vmlinux");
      return module && base != null
          ? BtfReader.read(btf.bytes(), base)
          : BtfReader.read(btf.bytes());
    }
  }

  private static List<Integer> roots(Words words, MapInfo info) {
    if (words.take("key")) {
      return List.of(info.types().key());
    }
    if (words.take("value")) {
      return List.of(info.types().value());
    }
    if (words.take("all")) {
      return List.of();
    }
    words.take("kv");
    return List.of(info.types().key(), info.types().value());
  }

  /** The types of the ids, each with the lines of its members. */
  private static String selected(String all, Set<Integer> ids) {
    var text = new StringBuilder();
    boolean wanted = false;
    for (String line : all.split("\n", -1)) {
      if (line.startsWith("[")) {
        wanted = ids.contains(Integer.parseInt(line.substring(1, line.indexOf(']'))));
      }
      if (wanted && !line.isEmpty()) {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }
}
