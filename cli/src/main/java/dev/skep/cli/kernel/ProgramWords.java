package dev.skep.cli.kernel;

import dev.skep.catalog.ProgramType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.kernel.info.ProgramInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code skep kernel prog …}. */
final class ProgramWords {

  private final Kernel kernel;
  private final Output out;
  private final Pins pins;

  ProgramWords(Kernel kernel, Output out, Pins pins) {
    this.kernel = kernel;
    this.out = out;
    this.pins = pins;
  }

  void run(String verb, Words words) throws IOException {
    switch (verb) {
      case "show", "list" -> show(words);
      case "dump" -> new ProgramDump(kernel, out).run(words);
      case "load" -> new ProgramLoad(kernel).run(words, false);
      case "loadall" -> new ProgramLoad(kernel).run(words, true);
      case "pin" -> pin(words);
      case "attach" -> ProgramAttach.run(kernel, words, true);
      case "detach" -> ProgramAttach.run(kernel, words, false);
      case "run" -> new ProgramRun(kernel, out).run(words);
      case "profile" -> new ProgramProfile(kernel, out).run(words);
      case "tracelog" -> KernelCommand.trace(out);
      default ->
          throw CommandFailure.usage(
              "unknown command 'prog "
                  + verb
                  + "'; there are show, list, dump, load, loadall, pin, attach, detach, run,"
                  + " profile and tracelog");
    }
  }

  private void pin(Words words) {
    try (KernelProgram program = References.program(kernel, words)) {
      Path path = Path.of(words.next("a path"));
      words.end();
      program.pin(path);
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
        long loaded = Math.floorDiv(boot + info.origin().load().timeNanos(), 1_000_000_000L);
        Map<String, Object> json = json(info, more, loaded);
        values.add(json);
        text.append(text(info, more, loaded));
        text.append(pins.add(ObjectKind.PROGRAM, info.id(), json));
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
    if (info.statistics().recursionMisses() != 0) {
      json.put("recursion_misses", info.statistics().recursionMisses());
    }
    json.put("loaded_at", loaded);
    json.put("uid", info.origin().load().uid());
    json.put("bytes_xlated", info.translatedBytes());
    json.put("jited", info.jitedBytes() > 0);
    if (info.jitedBytes() > 0) {
      json.put("bytes_jited", info.jitedBytes());
    }
    MapWords.number(more, "memlock").ifPresent(n -> json.put("bytes_memlock", n));
    if (!info.mapIds().isEmpty()) {
      json.put("map_ids", info.mapIds());
    }
    if (info.origin().types().object() != 0) {
      json.put("btf_id", info.origin().types().object());
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
    text.append("\n\tloaded_at ").append(time).append("  uid ").append(info.origin().load().uid());
    text.append("\n\txlated ").append(info.translatedBytes()).append("B  ");
    text.append(info.jitedBytes() > 0 ? "jited " + info.jitedBytes() + "B" : "not jited");
    MapWords.number(more, "memlock")
        .ifPresent(n -> text.append("  memlock ").append(n).append('B'));
    if (!info.mapIds().isEmpty()) {
      text.append("  map_ids ").append(join(info.mapIds()));
    }
    text.append('\n');
    if (info.origin().types().object() != 0) {
      text.append("\tbtf_id ").append(info.origin().types().object()).append('\n');
    }
    return text.toString();
  }

  static String join(List<Integer> ids) {
    return String.join(",", ids.stream().map(String::valueOf).toList());
  }
}
