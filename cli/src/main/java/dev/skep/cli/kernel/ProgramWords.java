package dev.skep.cli.kernel;

import dev.skep.catalog.ProgramType;
import dev.skep.cli.CommandFailure;
import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelCallException;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.ProgramInfo;
import dev.skep.kernel.TestRun;
import dev.skep.kernel.TestRunOptions;
import dev.skep.object.BpfObject;
import dev.skep.object.ObjectReader;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.verifier.Profile;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel prog …}. */
final class ProgramWords {

  private final Kernel kernel;
  private final Output out;

  ProgramWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) throws IOException {
    switch (verb) {
      case "show", "list" -> show(words);
      case "dump" -> dump(words);
      case "load" -> load(words, false);
      case "loadall" -> load(words, true);
      case "pin" -> References.program(kernel, words).pin(Path.of(words.next("a path")));
      case "run" -> test(words);
      default ->
          throw CommandFailure.usage(
              "unknown command 'prog "
                  + verb
                  + "'; there are show, list, dump, load, loadall, pin and run");
    }
  }

  private void show(Words words) throws IOException {
    boolean single = words.hasNext();
    List<KernelProgram> programs =
        single ? References.programs(kernel, words) : References.allPrograms(kernel, p -> true);
    words.end();
    long boot = bootNanos();
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (KernelProgram program : programs) {
      try (program) {
        ProgramInfo info = program.info();
        Map<String, String> more = program.descriptorInfo();
        long loaded = Math.floorDiv(boot + info.loadTimeNanos(), 1_000_000_000L);
        values.add(json(info, more, loaded));
        text.append(text(info, more, loaded));
      }
    }
    out.printList(values, single, text.toString());
  }

  /** When the machine was started, in nanoseconds since 1970. */
  private static long bootNanos() throws IOException {
    String uptime = Files.readString(Path.of("/proc/uptime"));
    double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
    return System.currentTimeMillis() * 1_000_000 - (long) (seconds * 1e9);
  }

  private static String typeName(ProgramInfo info) {
    ProgramType type = info.type();
    return type == null ? "type " + info.typeNumber() : type.kernelName();
  }

  private static Map<String, Object> json(ProgramInfo info, Map<String, String> more, long loaded) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", info.id());
    json.put("type", typeName(info));
    if (!info.name().isEmpty()) {
      json.put("name", info.name());
    }
    json.put("tag", info.tag().toString());
    json.put("gpl_compatible", info.gplCompatible());
    if (info.runTimeNanos() != 0) {
      json.put("run_time_ns", info.runTimeNanos());
      json.put("run_cnt", info.runCount());
    }
    json.put("loaded_at", loaded);
    json.put("uid", info.uid());
    json.put("bytes_xlated", info.translatedBytes());
    json.put("jited", info.jitedBytes() > 0);
    if (info.jitedBytes() > 0) {
      json.put("bytes_jited", info.jitedBytes());
    }
    MapWords.number(more, "memlock").ifPresent(n -> json.put("bytes_memlock", n));
    if (!info.mapIds().isEmpty()) {
      json.put("map_ids", info.mapIds());
    }
    if (info.btfId() != 0) {
      json.put("btf_id", info.btfId());
    }
    return json;
  }

  private static String text(ProgramInfo info, Map<String, String> more, long loaded) {
    var text = new StringBuilder();
    text.append(info.id()).append(": ").append(typeName(info));
    text.append(info.name().isEmpty() ? "" : "  name " + info.name());
    text.append("  tag ").append(info.tag());
    text.append(info.gplCompatible() ? "  gpl" : "");
    if (info.runTimeNanos() != 0) {
      text.append(" run_time_ns %d run_cnt %d".formatted(info.runTimeNanos(), info.runCount()));
    }
    String time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ")
            .withZone(ZoneId.systemDefault())
            .format(Instant.ofEpochSecond(loaded));
    text.append("\n\tloaded_at ").append(time).append("  uid ").append(info.uid());
    text.append("\n\txlated ").append(info.translatedBytes()).append("B  ");
    text.append(info.jitedBytes() > 0 ? "jited " + info.jitedBytes() + "B" : "not jited");
    MapWords.number(more, "memlock")
        .ifPresent(n -> text.append("  memlock ").append(n).append('B'));
    if (!info.mapIds().isEmpty()) {
      text.append("  map_ids ").append(join(info.mapIds()));
    }
    text.append('\n');
    if (info.btfId() != 0) {
      text.append("\tbtf_id ").append(info.btfId()).append('\n');
    }
    return text.toString();
  }

  static String join(List<Integer> ids) {
    return String.join(",", ids.stream().map(String::valueOf).toList());
  }

  private void dump(Words words) throws IOException {
    String what = words.next("xlated or jited");
    KernelProgram program = References.program(kernel, words);
    boolean opcodes = false;
    Path file = null;
    while (words.hasNext()) {
      if (words.take("opcodes")) {
        opcodes = true;
      } else if (words.take("file")) {
        file = Path.of(words.next("a file"));
      } else {
        words.end();
      }
    }
    switch (what) {
      case "xlated" -> translated(program.translated(), opcodes, file);
      case "jited" -> jited(program.jited().toArray(), file);
      default -> throw CommandFailure.usage("expected xlated or jited, not '" + what + "'");
    }
  }

  private void translated(Code code, boolean opcodes, @Nullable Path file) throws IOException {
    if (file != null) {
      Files.write(file, code.toBytes(ByteOrder.LITTLE_ENDIAN));
      return;
    }
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    byte[] bytes = code.toBytes(ByteOrder.LITTLE_ENDIAN);
    int pc = 0;
    while (pc < code.size()) {
      int slots = code.at(pc).isWide() && pc + 1 < code.size() ? 2 : 1;
      String line = Listing.text(code, pc, Names.NONE);
      values.add(Map.of("disasm", line));
      text.append("%4d: %s\n".formatted(pc, line));
      if (opcodes) {
        text.append("       ");
        for (int i = pc * 8; i < (pc + slots) * 8; i++) {
          text.append("%02x ".formatted(bytes[i]));
        }
        text.append('\n');
      }
      pc += slots;
    }
    out.print(values, text.toString());
  }

  /** Machine code as bytes: there is no disassembler of it here. */
  private void jited(byte[] code, @Nullable Path file) throws IOException {
    if (code.length == 0) {
      throw CommandFailure.noKernel(
          "the kernel shows no machine code: the program was not compiled, or"
              + " kernel.kptr_restrict hides it");
    }
    if (file != null) {
      Files.write(file, code);
      return;
    }
    var text = new StringBuilder();
    for (int i = 0; i < code.length; i += 16) {
      text.append("%4x:".formatted(i));
      for (int j = i; j < Math.min(code.length, i + 16); j++) {
        text.append(" %02x".formatted(code[j]));
      }
      text.append('\n');
    }
    out.print(Map.of("bytes", Output.hexList(code)), text.toString());
  }

  private void load(Words words, boolean all) throws IOException {
    Path file = Path.of(words.next("an object file"));
    Path path = Path.of(words.next("a path in a BPF file system"));
    String name = null;
    boolean checked = true;
    Path mapDirectory = null;
    while (words.hasNext()) {
      if (words.take("prog")) {
        name = words.next("a program's name");
      } else if (words.take("unchecked")) {
        checked = false;
      } else if (words.take("pinmaps")) {
        mapDirectory = Path.of(words.next("a directory"));
      } else {
        words.end();
      }
    }
    BpfObject object = read(file);
    List<ProgramSpec> chosen = chosen(object, all, name, file);
    if (checked) {
      chosen.forEach(spec -> requireAccepted(spec, file));
    }
    try (KernelObject session = kernel.object(object)) {
      var loaded = new LinkedHashMap<Path, KernelProgram>();
      if (all) {
        Files.createDirectories(path);
      }
      for (ProgramSpec spec : chosen) {
        switch (session.load(spec, LoadOptions.DEFAULT)) {
          case LoadResult.Loaded l ->
              loaded.put(all ? path.resolve(spec.name()) : path, l.program());
          case LoadResult.Refused r ->
              throw CommandFailure.refused(
                  "the kernel refuses %s of %s: %s: %s"
                      .formatted(spec.name(), file, r.errnoName(), r.reason()),
                  List.of(r.log().strip().split("\n", -1)));
        }
      }
      pin(loaded);
      if (mapDirectory != null) {
        Files.createDirectories(mapDirectory);
        for (var map : session.maps().entrySet()) {
          map.getValue().pin(mapDirectory.resolve(map.getKey().replace('.', '_')));
        }
      }
    }
  }

  /** Only what our verifier accepts, or cannot judge, is submitted. */
  private void requireAccepted(ProgramSpec spec, Path file) {
    var profile = new Profile(kernel.version(), kernel.btf(), kernel.possibleCpus(), true);
    if (Verifier.verify(spec, profile, 0) instanceof Verdict.Rejected rejected) {
      throw CommandFailure.refused(
          "skep's verifier refuses %s of %s, so it was not submitted: %s: %s"
              .formatted(spec.name(), file, rejected.errno(), rejected.message()),
          List.of("  help: 'skep lint' says where and why; the word 'unchecked' submits anyway"));
    }
  }

  /** Pins all or none. */
  private static void pin(Map<Path, KernelProgram> programs) throws IOException {
    var done = new ArrayList<Path>();
    try {
      for (var program : programs.entrySet()) {
        program.getValue().pin(program.getKey());
        done.add(program.getKey());
      }
    } catch (KernelCallException e) {
      for (Path path : done) {
        Files.deleteIfExists(path);
      }
      throw e;
    }
  }

  private static List<ProgramSpec> chosen(
      BpfObject object, boolean all, @Nullable String name, Path file) {
    List<ProgramSpec> chosen =
        object.programs().stream()
            .filter(p -> name == null ? p.autoload() : p.name().equals(name))
            .toList();
    if (chosen.isEmpty()) {
      throw CommandFailure.usage(
          file + " has no program" + (name == null ? "" : " '" + name + "'"));
    }
    return all ? chosen : chosen.subList(0, 1);
  }

  private BpfObject read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.unreadable(file + ": no such file");
    }
    ReadOptions options =
        ReadOptions.forKernel(kernel.version(), kernel.btf())
            .withPossibleCpus(kernel.possibleCpus());
    return switch (ObjectReader.read(file, options)) {
      case ReadResult.Read read -> read.object();
      case ReadResult.Refused refused ->
          throw CommandFailure.unreadable(file + ": " + refused.diagnostics().getFirst().message());
    };
  }

  private void test(Words words) throws IOException {
    KernelProgram program = References.program(kernel, words);
    TestRunOptions options = TestRunOptions.NONE;
    Path dataOut = null;
    Path contextOut = null;
    while (words.hasNext()) {
      String word = words.next("an option");
      switch (word) {
        case "data_in" -> options = options.withData(file(words));
        case "ctx_in" -> options = options.withContext(file(words));
        case "repeat" -> options = options.withRepeat(words.integer("how often"));
        case "data_out" -> dataOut = Path.of(words.next("a file"));
        case "ctx_out" -> contextOut = Path.of(words.next("a file"));
        default ->
            throw CommandFailure.usage(
                "unknown option '"
                    + word
                    + "'; there are data_in, data_out, ctx_in, ctx_out and repeat");
      }
    }
    TestRun run = program.testRun(options);
    if (dataOut != null) {
      Files.write(dataOut, run.dataOut().toArray());
    }
    if (contextOut != null) {
      Files.write(contextOut, run.ctxOut().toArray());
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("retval", Integer.toUnsignedLong(run.retval()));
    json.put("duration", run.durationNanos());
    if (dataOut == null && run.dataOut().size() > 0) {
      json.put("data_out", Output.hexList(run.dataOut().toArray()));
    }
    out.print(
        json,
        "Return value: %d, duration%s: %dns"
            .formatted(
                Integer.toUnsignedLong(run.retval()),
                options.repeat() > 1 ? " (average)" : "",
                run.durationNanos()));
  }

  private static byte[] file(Words words) throws IOException {
    Path path = Path.of(words.next("a file"));
    if (!Files.isReadable(path)) {
      throw CommandFailure.unreadable(path + ": no such file");
    }
    return Files.readAllBytes(path);
  }
}
