package dev.skep.cli.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Syscalls;
import dev.skep.test.Needs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import picocli.CommandLine;

/** Runs a command of ours and the same of bpftool's, and compares what they print. */
abstract class Beside {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final long CLONE_NEWNET = 0x4000_0000;

  /** A machine that has just been started may have none; bpftool mounts it as well. */
  @BeforeAll
  static void mountFileSystem() throws IOException {
    if (Kernel.whyNot() == null
        && Files.readAllLines(Path.of("/proc/self/mounts")).stream()
            .noneMatch(mount -> mount.contains(" /sys/fs/bpf bpf "))) {
      run("mount", "-t", "bpf", "bpf", "/sys/fs/bpf");
    }
  }

  @BeforeEach
  void requireKernel() {
    Needs.met(Kernel.whyNot());
  }

  record Ran(int code, String out, String err) {}

  static Ran skep(String... words) {
    var out = new StringWriter();
    var err = new StringBuilder();
    var line = new CommandLine(new KernelCommand());
    line.setOut(new PrintWriter(out));
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof CommandFailure failure) {
            err.append(failure.getMessage());
            return failure.exitCode();
          }
          throw e;
        });
    return new Ran(line.execute(words), out.toString(), err.toString());
  }

  static String run(String... words) throws IOException {
    Process process = Needs.command(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static JsonNode bpftool(String... words) throws IOException {
    var command = new ArrayList<>(List.of("bpftool", "-j"));
    command.addAll(Arrays.asList(words));
    return JSON.readTree(run(command.toArray(String[]::new)));
  }

  /** Both are asked; others' objects come and go meanwhile, so lists have several chances. */
  static JsonNode assertAgrees(String... words) throws IOException {
    var differences = new TreeSet<String>();
    JsonNode theirs = JSON.nullNode();
    for (int attempt = 0; attempt < 5; attempt++) {
      differences.clear();
      theirs = bpftool(words);
      var command = new ArrayList<>(List.of("-j"));
      command.addAll(Arrays.asList(words));
      Ran ours = skep(command.toArray(String[]::new));
      assertEquals("", ours.err(), String.join(" ", words));
      compare(theirs, JSON.readTree(ours.out()), "", differences);
      if (differences.isEmpty()) {
        break;
      }
    }
    assertEquals(new TreeSet<String>(), differences, String.join(" ", words));
    note(words, theirs);
    return theirs;
  }

  /** How often each command was compared, and how many values; by the command without its names. */
  private static final Map<String, long[]> TABLE = new TreeMap<>();

  static void note(String[] words, JsonNode theirs) {
    String command = String.join(" ", words).replaceAll("(?<=^| )(?:\\d+|/\\S+)", "…");
    synchronized (TABLE) {
      long[] row = TABLE.computeIfAbsent(command, _ -> new long[2]);
      row[0]++;
      row[1] += values(theirs);
    }
  }

  private static long values(JsonNode node) {
    long count = node.isContainerNode() ? 0 : 1;
    for (JsonNode child : node) {
      count += values(child);
    }
    return count;
  }

  /** Leaves the table of what agreed beside the test reports. */
  @AfterAll
  static void writeTable() throws IOException {
    if (TABLE.isEmpty()) {
      return;
    }
    var lines =
        new ArrayList<>(List.of("| command | comparisons | values that agree |", "|---|---|---|"));
    TABLE.forEach((command, n) -> lines.add("| %s | %d | %d |".formatted(command, n[0], n[1])));
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "bpftool-agreement.md"), lines);
  }

  private static void compare(
      JsonNode theirs, JsonNode ours, String path, Set<String> differences) {
    if (theirs.isObject() && ours.isObject()) {
      theirs
          .properties()
          .forEach(
              field -> {
                JsonNode mine = ours.path(field.getKey());
                if (!mayDiffer(path, field.getKey(), field.getValue(), mine)) {
                  compare(field.getValue(), mine, path + "." + field.getKey(), differences);
                }
              });
    } else if (theirs.isArray() && ours.isArray() && theirs.path(0).has("id")) {
      byId(theirs, ours, path, differences);
    } else if (theirs.isArray() && ours.isArray()) {
      if (theirs.size() != ours.size()) {
        differences.add(path + ": " + theirs.size() + " elements, ours " + ours.size());
      }
      for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
        compare(theirs.get(i), ours.get(i), path + "[" + i + "]", differences);
      }
    } else if (!theirs.equals(ours) && !theirs.toString().equals(ours.toString())) {
      differences.add(path + ": " + theirs + ", ours " + (ours.isMissingNode() ? "-" : ours));
    }
  }

  /** Objects that only one of the two has seen have come or gone between the two commands. */
  private static void byId(JsonNode theirs, JsonNode ours, String path, Set<String> differences) {
    var mine = new HashMap<Long, JsonNode>();
    ours.forEach(node -> mine.put(node.path("id").asLong(), node));
    int common = 0;
    for (JsonNode node : theirs) {
      JsonNode same = mine.get(node.path("id").asLong());
      if (same != null) {
        common++;
        compare(node, same, path + "[id " + node.path("id") + "]", differences);
      }
    }
    if (common == 0) {
      differences.add(path + ": none of " + theirs.size() + " objects are in ours");
    }
  }

  /** What may differ, and why. */
  private static boolean mayDiffer(String path, String field, JsonNode theirs, JsonNode ours) {
    return switch (field) {
      // The time of boot is only known to about a second.
      case "loaded_at" -> Math.abs(theirs.asLong() - ours.asLong()) <= 1;
      // Lists of what uses something, in the order of a hash table.
      case "map_ids", "prog_ids" -> set(theirs).equals(set(ours));
      // In a list Debian 12's bpftool uses one buffer for all maps, and since 6.18 the kernel
      // leaves
      // in it what it finds: a map without types seems to have those of the one before.
      case "btf_id" -> ours.isMissingNode() && path.contains("[id");
      // Others run meanwhile.
      case "run_time_ns", "run_cnt", "bytes_memlock" -> ours.isNumber();
      // A type that this bpftool has no name for: others have an arena meanwhile.
      case "type" -> theirs.isNumber() && ours.isTextual();
      // Fields that came after this bpftool's knowledge, of which it prints the zeros.
      case "hash", "hash_size" -> theirs.asLong() == 0;
      // Debian 12's bpftool does not know the move that adds this CPU's base, and prints a move.
      case "disasm" -> ours.asText().contains("&(void __percpu *)");
      default -> false;
    };
  }

  private static Set<String> set(JsonNode list) {
    var all = new TreeSet<String>();
    list.forEach(node -> all.add(node.asText()));
    return all;
  }

  /** Does something in a network namespace of its own; commands that it runs are inside too. */
  static void inOwnNetwork(Callable<Boolean> work) throws Exception {
    try (var thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())) {
      thread
          .submit(
              () -> {
                Native.call("unshare", Syscalls.UNSHARE, CLONE_NEWNET);
                return work.call();
              })
          .get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Error error -> throw error;
        case RuntimeException exception -> throw exception; // a skipped test is one
        case null, default -> throw e;
      }
    }
  }
}
