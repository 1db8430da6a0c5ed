package dev.skep.cli.kernel;

import dev.skep.catalog.AttachType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.AttachPoint;
import dev.skep.kernel.AttachTarget.XdpMode;
import dev.skep.kernel.AttachedPrograms;
import dev.skep.kernel.ClassicTc;
import dev.skep.kernel.DirectAttachment;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.NetworkDevice;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkInfo;
import dev.skep.kernel.info.LinkType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code skep kernel net …}: what runs on the packets of this network namespace. */
final class NetWords {

  private final Kernel kernel;
  private final Output out;

  NetWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) {
    switch (verb) {
      case "show", "list" -> {
        String only = words.take("dev") ? words.next("a device's name") : "";
        words.end();
        show(only);
      }
      case "attach" -> attach(words);
      case "detach" -> {
        XdpMode mode = mode(words.next("xdp, xdpgeneric, xdpdrv or xdpoffload"));
        NetworkDevice device = device(words);
        words.end();
        NetworkDevice.removeXdp(device.ifindex(), mode);
      }
      default ->
          throw CommandFailure.usage(
              "unknown command 'net " + verb + "'; there are show, list, attach and detach");
    }
  }

  private void attach(Words words) {
    XdpMode mode = mode(words.next("xdp, xdpgeneric, xdpdrv or xdpoffload"));
    try (KernelProgram program = References.program(kernel, words)) {
      NetworkDevice device = device(words);
      boolean overwrite = words.take("overwrite");
      words.end();
      NetworkDevice.setXdp(device.ifindex(), program, mode, overwrite);
    }
  }

  private static XdpMode mode(String word) {
    return switch (word) {
      case "xdp" -> XdpMode.DEFAULT;
      case "xdpgeneric" -> XdpMode.GENERIC;
      case "xdpdrv" -> XdpMode.NATIVE;
      case "xdpoffload" -> XdpMode.OFFLOADED;
      default ->
          throw CommandFailure.usage(
              "unknown attach type '"
                  + word
                  + "'; there are xdp, xdpgeneric, xdpdrv and xdpoffload");
    };
  }

  private static NetworkDevice device(Words words) {
    if (!words.take("dev")) {
      throw CommandFailure.usage("expected dev and a device's name");
    }
    return named(words.next("a device's name"));
  }

  private static NetworkDevice named(String name) {
    return NetworkDevice.all().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.unreadable(
                    "there is no device '" + name + "' in this network namespace"));
  }

  private void show(String only) {
    List<NetworkDevice> devices = only.isEmpty() ? NetworkDevice.all() : List.of(named(only));
    var xdp = new ArrayList<Map<String, Object>>();
    var tc = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder("xdp:\n");
    for (NetworkDevice device : devices) {
      device.xdp().forEach((mode, id) -> xdp(device, mode, id, xdp, text));
    }
    text.append("\ntc:\n");
    for (NetworkDevice device : devices) {
      lists(device, tc, text);
      for (boolean ingress : new boolean[] {true, false}) {
        for (ClassicTc.Filter filter : ClassicTc.filters(device.ifindex(), ingress)) {
          String kind = "clsact/" + (ingress ? "ingress" : "egress");
          tc.add(row(device, "kind", kind, filter.name(), filter.programId()));
          text.append(
              "%s(%d) %s %s id %d\n"
                  .formatted(
                      device.name(), device.ifindex(), kind, filter.name(), filter.programId()));
        }
      }
    }
    var dissector = new ArrayList<Map<String, Object>>();
    text.append("\nflow_dissector:\n");
    for (AttachedPrograms.Entry entry : dissectors()) {
      dissector.add(Map.of("id", entry.programId()));
      text.append("id ").append(entry.programId()).append('\n');
    }
    var all = new LinkedHashMap<String, Object>();
    all.put("xdp", xdp);
    all.put("tc", tc);
    all.put("flow_dissector", dissector);
    var filters = new ArrayList<Map<String, Object>>();
    text.append("\nnetfilter:\n");
    netfilter(filters, text);
    all.put("netfilter", filters);
    out.print(List.of(all), text.append('\n').toString());
  }

  private static void xdp(
      NetworkDevice device,
      XdpMode mode,
      int id,
      List<Map<String, Object>> values,
      StringBuilder text) {
    String word =
        switch (mode) {
          case GENERIC -> "generic";
          case OFFLOADED -> "offload";
          case NATIVE, DEFAULT -> "driver";
        };
    var json = new LinkedHashMap<String, Object>();
    json.put("devname", device.name());
    json.put("ifindex", device.ifindex());
    json.put("mode", word);
    json.put("id", id);
    values.add(json);
    text.append("%s(%d) %s id %d\n".formatted(device.name(), device.ifindex(), word, id));
  }

  private static Map<String, Object> row(
      NetworkDevice device, String kindKey, String kind, String name, int id) {
    var json = new LinkedHashMap<String, Object>();
    json.put("devname", device.name());
    json.put("ifindex", device.ifindex());
    json.put(kindKey, kind);
    json.put("name", name);
    json.put("id", id);
    return json;
  }

  /** The lists of programs of tcx and netkit; none on a kernel or device that has none. */
  private void lists(NetworkDevice device, List<Map<String, Object>> values, StringBuilder text) {
    for (AttachType type :
        List.of(
            AttachType.TCX_INGRESS,
            AttachType.TCX_EGRESS,
            AttachType.NETKIT_PRIMARY,
            AttachType.NETKIT_PEER)) {
      AttachedPrograms attached;
      try {
        attached = DirectAttachment.query(new AttachPoint.Device(device.ifindex()), type, false);
      } catch (KernelCallException e) {
        continue;
      }
      String kind = type.name().toLowerCase(Locale.ROOT).replace('_', '/');
      for (AttachedPrograms.Entry entry : attached.programs()) {
        String name = programName(entry.programId());
        Map<String, Object> json = row(device, "kind", kind, name, entry.programId());
        if (entry.linkId() != 0) {
          json.put("link_id", entry.linkId());
        }
        values.add(json);
        text.append(
            "%s(%d) %s %s id %d%s\n"
                .formatted(
                    device.name(),
                    device.ifindex(),
                    kind,
                    name,
                    entry.programId(),
                    entry.linkId() == 0 ? "" : " link_id " + entry.linkId()));
      }
    }
  }

  private String programName(int id) {
    try (KernelProgram program = kernel.programById(id)) {
      return program.name();
    } catch (KernelCallException e) {
      return "";
    }
  }

  private static List<AttachedPrograms.Entry> dissectors() {
    try {
      return DirectAttachment.query(
              new AttachPoint.NetworkNamespace(Path.of("/proc/thread-self/ns/net")),
              AttachType.FLOW_DISSECTOR,
              false)
          .programs();
    } catch (KernelCallException e) {
      return List.of();
    }
  }

  private void netfilter(List<Map<String, Object>> values, StringBuilder text) {
    for (LinkInfo info :
        new LinkWords(kernel, out, Pins.NONE).links(i -> i.type() == LinkType.NETFILTER)) {
      var json = new LinkedHashMap<String, Object>();
      json.put("prog_id", info.programId());
      json.putAll(info.details());
      values.add(json);
      text.append("prog_id ").append(info.programId());
      info.details().forEach((k, v) -> text.append(' ').append(k).append(' ').append(v));
      text.append('\n');
    }
  }
}
