package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.Kernel.TaskDescriptor;
import dev.skep.kernel.error.KernelCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code skep kernel perf show}: which process holds which tracepoint, kprobe or uprobe with a BPF
 * program, found by asking the kernel for the descriptors of every process.
 */
final class PerfWords {

  private static final List<String> TYPES =
      List.of("raw_tracepoint", "tracepoint", "kprobe", "kretprobe", "uprobe", "uretprobe");

  private final Kernel kernel;
  private final Output out;

  PerfWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) throws IOException {
    if (!verb.equals("show") && !verb.equals("list")) {
      throw CommandFailure.usage("unknown command 'perf " + verb + "'; there are show and list");
    }
    words.end();
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    try (DirectoryStream<Path> processes =
        Files.newDirectoryStream(
            Path.of("/proc"), p -> p.getFileName().toString().matches("\\d+"))) {
      for (Path process : processes) {
        process(process, values, text);
      }
    }
    out.print(values, text.toString());
  }

  private void process(Path process, List<Map<String, Object>> values, StringBuilder text) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        String target = Files.readSymbolicLink(descriptor).toString();
        if (target.equals("anon_inode:[perf_event]") || target.startsWith("anon_inode:bpf")) {
          int pid = Integer.parseInt(process.getFileName().toString());
          int fd = Integer.parseInt(descriptor.getFileName().toString());
          descriptor(pid, fd, values, text);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // The process or its descriptor is gone, or is not ours to look at.
    }
  }

  private void descriptor(int pid, int fd, List<Map<String, Object>> values, StringBuilder text) {
    TaskDescriptor found;
    try {
      found = kernel.taskDescriptor(pid, fd);
    } catch (KernelCallException e) {
      return; // another kind of descriptor
    }
    String type = found.type() < TYPES.size() ? TYPES.get(found.type()) : "type " + found.type();
    var json = new LinkedHashMap<String, Object>();
    json.put("pid", pid);
    json.put("fd", fd);
    json.put("prog_id", found.programId());
    json.put("fd_type", type);
    switch (found.type()) {
      case 0, 1 -> json.put("tracepoint", found.name());
      case 2, 3 -> {
        json.put("func", found.name());
        json.put(found.name().isEmpty() ? "addr" : "offset", place(found));
      }
      case 4, 5 -> {
        json.put("filename", found.name());
        json.put("offset", found.probeOffset());
      }
      default -> {
        // a type that came after skep
      }
    }
    values.add(json);
    text.append("pid %d  fd %d: prog_id %d  %s".formatted(pid, fd, found.programId(), type));
    text.append("  ").append(found.name());
    text.append(found.type() > 1 ? "  offset " + found.probeOffset() : "").append('\n');
  }

  private static long place(TaskDescriptor found) {
    return found.name().isEmpty() ? found.probeAddress() : found.probeOffset();
  }
}
