package dev.skep.cli.kernel;

import dev.skep.cli.text.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where answers go: text, or JSON on one line or indented. */
final class Output {

  private final PrintWriter out;
  private final boolean json;
  private final boolean pretty;

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
    if (json) {
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
    out.print(text);
    out.flush();
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
