package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.report.text.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where answers go: text, or JSON on one line or indented. */
final class Output {

  private final PrintWriter out;
  private final boolean json;
  private final boolean pretty;
  private @Nullable List<@Nullable Object> kept;
  private boolean silent = true;

  Output(PrintWriter out, boolean json, boolean pretty) {
    this.out = out;
    this.json = json || pretty;
    this.pretty = pretty;
  }

  boolean isJson() {
    return json;
  }

  /** Prints the JSON value, or the text if text is asked for. */
  void print(@Nullable Object value, String text) {
    silent = false;
    if (json && kept != null) {
      kept.add(value);
    } else if (json) {
      out.println(pretty ? Json.pretty(value) : Json.compact(value));
    } else if (!text.isEmpty()) {
      out.print(text);
      if (!text.endsWith("\n")) {
        out.println();
      }
    }
    out.flush();
  }

  /** Prints one object as it is, and several (or a list that was asked for) as an array. */
  void printList(List<Map<String, Object>> values, boolean single, String text) {
    print(single && values.size() == 1 ? values.getFirst() : values, text);
  }

  /** Says what was done, where no JSON is asked for. */
  void note(String line) {
    if (!json) {
      out.println(line);
      out.flush();
    }
  }

  /** Prints text as it is. */
  void raw(String text) {
    silent = false;
    if (json && kept != null) {
      kept.add(text);
      return;
    }
    out.print(text);
    out.flush();
  }

  /** A command that has nothing to say says {@code null} in JSON, as bpftool's do. */
  void end() {
    if (json && silent) {
      print(null, "");
    }
  }

  /** Keeps JSON values from now on, for {@link #kept}. */
  void keep() {
    kept = new java.util.ArrayList<>();
  }

  /** The value that was printed since {@link #keep}: none is null, several are a list. */
  @Nullable Object kept() {
    List<@Nullable Object> all = kept == null ? List.of() : kept;
    kept = null;
    return all.isEmpty() ? null : all.size() == 1 ? all.getFirst() : all;
  }

  /** A failure in JSON, as bpftool writes it; what else there is to say are the details. */
  static Map<String, Object> error(CommandFailure failure) {
    var error = new java.util.LinkedHashMap<String, Object>();
    error.put("error", failure.getMessage());
    if (!failure.details().isEmpty()) {
      error.put("details", failure.details());
    }
    return error;
  }

  /** Bytes as bpftool writes them in JSON. */
  static List<String> hexList(byte[] bytes) {
    return java.util.stream.IntStream.range(0, bytes.length)
        .mapToObj(i -> "0x%02x".formatted(bytes[i]))
        .toList();
  }

  /** Bytes as bpftool writes them in text: {@code c1 c2}. */
  static String hex(byte[] bytes) {
    var text = new StringBuilder();
    for (byte b : bytes) {
      text.append(text.isEmpty() ? "" : " ").append("%02x".formatted(b));
    }
    return text.toString();
  }
}
