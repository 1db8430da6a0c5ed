package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkInfo;
import dev.skep.kernel.info.LinkType;
import dev.skep.kernel.info.ObjectKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** {@code skep kernel link …}. */
final class LinkWords {

  private final Kernel kernel;
  private final Output out;
  private final Pins pins;

  LinkWords(Kernel kernel, Output out, Pins pins) {
    this.kernel = kernel;
    this.out = out;
    this.pins = pins;
  }

  void run(String verb, Words words) {
    switch (verb) {
      case "show", "list" -> {
        boolean single = words.hasNext();
        if (single) {
          try (KernelLink link = link(words)) {
            words.end();
            print(List.of(link.info()), true);
          }
        } else {
          print(links(info -> true), false);
        }
      }
      case "pin" -> {
        try (KernelLink link = link(words)) {
          Path path = Path.of(words.next("a path"));
          words.end();
          link.pin(path);
        }
      }
      case "detach" -> {
        try (KernelLink link = link(words)) {
          words.end();
          link.detach();
        }
      }
      case "update" -> {
        try (KernelLink link = link(words);
            KernelProgram program = References.program(kernel, words)) {
          words.end();
          link.update(program);
        }
      }
      default ->
          throw CommandFailure.usage(
              "unknown command 'link " + verb + "'; there are show, list, pin, detach and update");
    }
  }

  KernelLink link(Words words) {
    if (words.take("id")) {
      return kernel.linkById(words.integer("the link's id"));
    }
    if (words.take("pinned")) {
      return References.pinned(kernel, words, KernelLink.class, "link");
    }
    throw CommandFailure.usage("expected id ID or pinned PATH of a link");
  }

  List<LinkInfo> links(Predicate<LinkInfo> wanted) {
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
      json.put("prog_id", info.programId());
      json.putAll(LinkFields.of(kernel, info));
      values.add(json);
      String pinned = pins.add(ObjectKind.LINK, info.id(), json);
      text.append("%d: %s  prog %d\n".formatted(info.id(), name, info.programId()));
      if (!info.details().isEmpty()) {
        text.append('\t');
        info.details().forEach((k, v) -> text.append(k).append(' ').append(v).append("  "));
        text.append('\n');
      }
      text.append(pinned);
    }
    out.printList(values, single, text.toString());
  }
}
