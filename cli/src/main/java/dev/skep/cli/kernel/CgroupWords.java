package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.AttachPoint;
import dev.skep.kernel.AttachedPrograms;
import dev.skep.kernel.DirectAttachment;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.ProgramInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code skep kernel cgroup …}. */
final class CgroupWords {

  private static final String HEAD = "ID       AttachType             Flags      Name\n";

  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("ingress", "inet_ingress"),
          Map.entry("egress", "inet_egress"),
          Map.entry("sock_create", "inet_sock_create"),
          Map.entry("sock_release", "inet_sock_release"),
          Map.entry("bind4", "inet4_bind"),
          Map.entry("bind6", "inet6_bind"),
          Map.entry("connect4", "inet4_connect"),
          Map.entry("connect6", "inet6_connect"),
          Map.entry("post_bind4", "inet4_post_bind"),
          Map.entry("post_bind6", "inet6_post_bind"),
          Map.entry("getpeername4", "inet4_getpeername"),
          Map.entry("getpeername6", "inet6_getpeername"),
          Map.entry("getsockname4", "inet4_getsockname"),
          Map.entry("getsockname6", "inet6_getsockname"),
          Map.entry("sendmsg4", "udp4_sendmsg"),
          Map.entry("sendmsg6", "udp6_sendmsg"),
          Map.entry("recvmsg4", "udp4_recvmsg"),
          Map.entry("recvmsg6", "udp6_recvmsg"));

  private final Kernel kernel;
  private final Output out;

  CgroupWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) throws IOException {
    switch (verb) {
      case "show", "list" -> {
        Path directory = directory(words.next("a control group's directory"));
        boolean effective = words.take("effective");
        words.end();
        show(directory, effective);
      }
      case "tree" -> tree(words);
      case "attach" -> attach(words);
      case "detach" -> detach(words);
      default ->
          throw CommandFailure.usage(
              "unknown command 'cgroup "
                  + verb
                  + "'; there are show, list, tree, attach and detach");
    }
  }

  private static Path directory(String word) {
    Path directory = Path.of(word);
    if (!Files.isDirectory(directory)) {
      throw CommandFailure.unreadable(directory + ": no such directory");
    }
    return directory;
  }

  private void attach(Words words) {
    var point = new AttachPoint.Cgroup(directory(words.next("a control group's directory")));
    AttachType type = attachType(words.next("an attach type"));
    try (KernelProgram program = References.program(kernel, words)) {
      int flags = 0;
      while (words.hasNext()) {
        String word = words.next("multi or override");
        flags |=
            switch (word) {
              case "multi" -> DirectAttachment.F_ALLOW_MULTI;
              case "override" -> DirectAttachment.F_ALLOW_OVERRIDE;
              default ->
                  throw CommandFailure.usage("expected multi or override, not '" + word + "'");
            };
      }
      DirectAttachment.attach(program, point, type, flags);
    }
  }

  private void detach(Words words) {
    var point = new AttachPoint.Cgroup(directory(words.next("a control group's directory")));
    AttachType type = attachType(words.next("an attach type"));
    try (KernelProgram program = References.program(kernel, words)) {
      words.end();
      DirectAttachment.detach(program, point, type);
    }
  }

  /** Full names, those without {@code cgroup_}, and the short ones of older bpftools. */
  private static AttachType attachType(String name) {
    String upper = SHORT.getOrDefault(name, name).toUpperCase(Locale.ROOT);
    for (AttachType type : AttachType.values()) {
      if (type.name().equals(upper) || type.name().equals("CGROUP_" + upper)) {
        return type;
      }
    }
    throw CommandFailure.usage("unknown attach type '" + name + "'");
  }

  private void show(Path directory, boolean effective) {
    var text = new StringBuilder();
    List<Map<String, Object>> values = attached(directory, effective, text);
    out.print(values, values.isEmpty() ? "" : HEAD + text);
  }

  /** All control groups that have programs, below a root. */
  private void tree(Words words) throws IOException {
    Path root =
        words.hasNext() && !words.peek().equals("effective")
            ? directory(words.next("a directory"))
            : unifiedRoot();
    boolean effective = words.take("effective");
    words.end();
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder("CgroupPath\n" + HEAD);
    List<Path> all;
    try (var walk = Files.walk(root)) {
      all = walk.filter(Files::isDirectory).sorted().toList();
    }
    for (Path group : all) {
      var rows = new StringBuilder();
      List<Map<String, Object>> programs;
      try {
        programs = attached(group, effective, rows);
      } catch (KernelCallException e) {
        if (e.errno() == Errno.ENOENT) {
          continue; // it was removed meanwhile
        }
        throw e;
      }
      if (!programs.isEmpty()) {
        var json = new LinkedHashMap<String, Object>();
        json.put("cgroup", group.toString());
        json.put("programs", programs);
        values.add(json);
        text.append(group).append('\n').append(rows.toString().indent(4));
      }
    }
    out.print(values, text.toString());
  }

  private static Path unifiedRoot() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 2 && fields[2].equals("cgroup2")) {
        return Path.of(fields[1]);
      }
    }
    throw CommandFailure.unreadable("no unified control group hierarchy (cgroup2) is mounted");
  }

  private List<Map<String, Object>> attached(
      Path directory, boolean effective, StringBuilder text) {
    var point = new AttachPoint.Cgroup(directory);
    var values = new ArrayList<Map<String, Object>>();
    boolean answered = false;
    KernelCallException refusal = null;
    for (AttachType type : AttachType.values()) {
      if (!type.name().startsWith("CGROUP_") && type != AttachType.LSM_CGROUP) {
        continue;
      }
      AttachedPrograms attached;
      try {
        attached = DirectAttachment.query(point, type, effective);
        answered = true;
      } catch (KernelCallException e) {
        if (e.errno() == Errno.ENOENT) {
          throw e;
        }
        refusal = e; // a type that this kernel does not know, unless it is all of them
        continue;
      }
      for (AttachedPrograms.Entry entry : attached.programs()) {
        row(entry, type, effective ? 0 : attached.flags(), effective, values, text);
      }
    }
    if (!answered && refusal != null) {
      if (refusal.errno() == Errno.EBADF) {
        throw CommandFailure.unreadable(
            directory + " is no control group of the unified hierarchy (cgroup2)");
      }
      throw refusal;
    }
    return values;
  }

  private void row(
      AttachedPrograms.Entry entry,
      AttachType type,
      int flags,
      boolean effective,
      List<Map<String, Object>> values,
      StringBuilder text) {
    try (KernelProgram program = kernel.programById(entry.programId())) {
      var json = new LinkedHashMap<String, Object>();
      json.put("id", entry.programId());
      json.put("attach_type", type.kernelName());
      if (!effective) {
        json.put("attach_flags", flags(flags));
      }
      json.put("name", program.name());
      ProgramInfo info = program.info();
      json.put("attach_btf_name", attachName(info));
      json.put("attach_btf_obj_id", info.origin().types().attachObject());
      json.put("attach_btf_id", info.origin().types().attach());
      values.add(json);
      text.append(
          "%-8d %-22s %-10s %s\n"
              .formatted(entry.programId(), type.kernelName(), flags(flags), program.name()));
    } catch (KernelCallException e) {
      References.ignoreGone(e);
    }
  }

  /** What an LSM program of control groups is for; empty for others. */
  private String attachName(ProgramInfo info) {
    Btf types = info.origin().types().attach() == 0 ? null : kernel.btf();
    return types == null || info.origin().types().attach() >= types.typeCount()
        ? ""
        : types.type(info.origin().types().attach()).name();
  }

  private static String flags(int flags) {
    return switch (flags) {
      case DirectAttachment.F_ALLOW_MULTI -> "multi";
      case DirectAttachment.F_ALLOW_OVERRIDE -> "override";
      default -> flags == 0 ? "" : Integer.toString(flags);
    };
  }
}
