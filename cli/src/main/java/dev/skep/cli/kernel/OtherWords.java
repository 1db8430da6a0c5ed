package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfCPrinter;
import dev.skep.btf.BtfJsonPrinter;
import dev.skep.btf.BtfRawPrinter;
import dev.skep.btf.BtfReader;
import dev.skep.catalog.AttachType;
import dev.skep.cli.CommandFailure;
import dev.skep.kernel.AttachPoint;
import dev.skep.kernel.AttachedPrograms;
import dev.skep.kernel.BtfInfo;
import dev.skep.kernel.DirectAttachment;
import dev.skep.kernel.IteratorReader;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelBtf;
import dev.skep.kernel.KernelCallException;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LinkInfo;
import dev.skep.kernel.LinkType;
import dev.skep.kernel.MapInfo;
import dev.skep.kernel.ObjectKind;
import dev.skep.kernel.ProgramInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** {@code skep kernel link|btf|cgroup|net|perf|struct_ops|iter …}. */
final class OtherWords {

  private final Kernel kernel;
  private final Output out;

  OtherWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void link(String verb, Words words) {
    switch (verb) {
      case "show", "list" -> {
        boolean single = words.hasNext();
        if (single) {
          try (KernelLink link = link(words)) {
            print(List.of(link.info()), true);
          }
        } else {
          print(links(info -> true), false);
        }
      }
      case "pin" -> {
        try (KernelLink link = link(words)) {
          link.pin(Path.of(words.next("a path")));
        }
      }
      case "detach" -> {
        try (KernelLink link = link(words)) {
          link.detach();
        }
      }
      default ->
          throw CommandFailure.usage(
              "unknown command 'link " + verb + "'; there are show, list, pin and detach");
    }
  }

  private KernelLink link(Words words) {
    if (words.take("id")) {
      return kernel.linkById(words.integer("the link's id"));
    }
    if (words.take("pinned")) {
      return References.pinned(kernel, words, KernelLink.class, "link");
    }
    throw CommandFailure.usage("expected id ID or pinned PATH of a link");
  }

  private List<LinkInfo> links(Predicate<LinkInfo> wanted) {
    var all = new ArrayList<LinkInfo>();
    for (int id : kernel.ids(ObjectKind.LINK)) {
      try (KernelLink link = kernel.linkById(id)) {
        LinkInfo info = link.info();
        if (wanted.test(info)) {
          all.add(info);
        }
      } catch (KernelCallException e) {
        References.ignoreGone(e);
      }
    }
    return all;
  }

  private void print(List<LinkInfo> links, boolean single) {
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (LinkInfo info : links) {
      LinkType type = info.type();
      String name = type == null ? "type " + info.typeNumber() : type.kernelName();
      var json = new LinkedHashMap<String, Object>();
      json.put("id", info.id());
      json.put("type", name);
      if (info.programId() != 0) {
        json.put("prog_id", info.programId());
      }
      json.putAll(info.details());
      values.add(json);
      text.append("%d: %s  prog %d\n".formatted(info.id(), name, info.programId()));
      if (!info.details().isEmpty()) {
        text.append('\t');
        info.details().forEach((k, v) -> text.append(k).append(' ').append(v).append("  "));
        text.append('\n');
      }
    }
    out.printList(values, single, text.toString());
  }

  /** What is attached to network devices by links. */
  void net(String verb, Words words) {
    requireShow("net", verb);
    words.end();
    print(
        links(
            info -> {
              LinkType type = info.type();
              return type == LinkType.XDP
                  || type == LinkType.TCX
                  || type == LinkType.NETKIT
                  || type == LinkType.NETNS
                  || type == LinkType.NETFILTER;
            }),
        false);
  }

  /** What is attached to perf events and tracepoints by links. */
  void perf(String verb, Words words) {
    requireShow("perf", verb);
    words.end();
    print(
        links(
            info -> {
              LinkType type = info.type();
              return type == LinkType.PERF_EVENT
                  || type == LinkType.RAW_TRACEPOINT
                  || type == LinkType.TRACING
                  || type == LinkType.KPROBE_MULTI
                  || type == LinkType.UPROBE_MULTI;
            }),
        false);
  }

  void structOps(String verb, Words words) {
    requireShow("struct_ops", verb);
    words.end();
    new MapWords(kernel, out).showOnly(dev.skep.catalog.MapType.STRUCT_OPS);
  }

  private static void requireShow(String object, String verb) {
    if (!verb.equals("show") && !verb.equals("list")) {
      throw CommandFailure.usage(
          "unknown command '" + object + " " + verb + "'; there are show and list");
    }
  }

  void btf(String verb, Words words) throws IOException {
    switch (verb) {
      case "show", "list" -> showBtf(words);
      case "dump" -> dumpBtf(words);
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
        programs.computeIfAbsent(info.btfId(), k -> new ArrayList<>()).add(info.id());
      }
    }
    var maps = new LinkedHashMap<Integer, List<Integer>>();
    for (var map : References.allMaps(kernel, m -> true)) {
      try (map) {
        MapInfo info = map.info();
        maps.computeIfAbsent(info.btfId(), k -> new ArrayList<>()).add(info.id());
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

  private void dumpBtf(Words words) throws IOException {
    Btf types;
    if (words.take("file")) {
      types = BtfReader.readFile(Path.of(words.next("a file")));
    } else if (words.take("id")) {
      try (KernelBtf btf = kernel.btfById(words.integer("the BTF's id"))) {
        types = BtfReader.read(btf.bytes());
      }
    } else {
      throw CommandFailure.usage("expected id ID or file FILE");
    }
    String format = words.take("format") ? words.next("raw or c") : "raw";
    words.end();
    switch (format) {
      case "raw" -> {
        if (out.isJson()) {
          out.raw(BtfJsonPrinter.print(types));
        } else {
          out.raw(BtfRawPrinter.print(types));
        }
      }
      case "c" -> out.raw(BtfCPrinter.print(types));
      default -> throw CommandFailure.usage("expected raw or c, not '" + format + "'");
    }
  }

  void cgroup(String verb, Words words) {
    Path directory = Path.of(words.next("a control group's directory"));
    if (!Files.isDirectory(directory)) {
      throw CommandFailure.unreadable(directory + ": no such directory");
    }
    var point = new AttachPoint.Cgroup(directory);
    switch (verb) {
      case "show", "list" -> {
        boolean effective = words.take("effective");
        words.end();
        showCgroup(point, effective);
      }
      case "attach" -> {
        AttachType type = attachType(words.next("an attach type"));
        try (KernelProgram program = References.program(kernel, words)) {
          int flags =
              words.take("multi")
                  ? DirectAttachment.F_ALLOW_MULTI
                  : words.take("override") ? DirectAttachment.F_ALLOW_OVERRIDE : 0;
          words.end();
          DirectAttachment.attach(program, point, type, flags);
        }
      }
      case "detach" -> {
        AttachType type = attachType(words.next("an attach type"));
        try (KernelProgram program = References.program(kernel, words)) {
          DirectAttachment.detach(program, point, type);
        }
      }
      default ->
          throw CommandFailure.usage(
              "unknown command 'cgroup " + verb + "'; there are show, list, attach and detach");
    }
  }

  private static AttachType attachType(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (AttachType type : AttachType.values()) {
      if (type.name().equals(upper) || type.name().equals("CGROUP_" + upper)) {
        return type;
      }
    }
    throw CommandFailure.usage("unknown attach type '" + name + "'");
  }

  private void showCgroup(AttachPoint.Cgroup point, boolean effective) {
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (AttachType type : AttachType.values()) {
      if (!type.name().startsWith("CGROUP_")) {
        continue;
      }
      AttachedPrograms attached;
      try {
        attached = DirectAttachment.query(point, type, effective);
      } catch (KernelCallException e) {
        continue; // a type that this kernel does not know
      }
      for (AttachedPrograms.Entry entry : attached.programs()) {
        try (KernelProgram program = kernel.programById(entry.programId())) {
          var json = new LinkedHashMap<String, Object>();
          json.put("id", entry.programId());
          json.put("attach_type", type.kernelName());
          json.put("attach_flags", flags(attached.flags()));
          json.put("name", program.name());
          values.add(json);
          text.append(
              "%-8d %-22s %-10s %s\n"
                  .formatted(
                      entry.programId(),
                      type.kernelName(),
                      flags(attached.flags()),
                      program.name()));
        }
      }
    }
    out.print(
        values, values.isEmpty() ? "" : "ID       AttachType             Flags      Name\n" + text);
  }

  private static String flags(int flags) {
    return switch (flags) {
      case DirectAttachment.F_ALLOW_MULTI -> "multi";
      case DirectAttachment.F_ALLOW_OVERRIDE -> "override";
      default -> flags == 0 ? "" : Integer.toString(flags);
    };
  }

  /** Prints what an iterator's link writes. */
  void iterator(String verb, Words words) throws IOException {
    if (!verb.equals("read")) {
      throw CommandFailure.usage("unknown command 'iter " + verb + "'; there is read");
    }
    try (KernelLink link = link(words);
        IteratorReader reader = link.iterate()) {
      words.end();
      out.raw(new String(reader.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
