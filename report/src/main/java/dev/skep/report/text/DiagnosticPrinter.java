package dev.skep.report.text;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.object.diagnostic.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints findings for people, and as JSON values. */
public final class DiagnosticPrinter {

  private DiagnosticPrinter() {}

  /**
   * A finding as text: cause, place with its source line, evidence, advice.
   *
   * <pre>
   * error[verifier/packet-bounds]: R1 offset is outside of the packet
   *   --> firewall.bpf.c:19:13, program xdp_firewall, instruction 12
   *    |
   * 19 |     return ip->protocol == IPPROTO_UDP ? XDP_DROP : XDP_PASS;
   *    |
   *    = note: …
   *    = help: …
   * </pre>
   */
  public static void print(Diagnostic finding, PrintWriter out) {
    out.printf(
        "%s[%s]: %s%n", severity(finding), finding.rule(), Printable.line(finding.message()));
    String place = place(finding.location());
    if (!place.isEmpty()) {
      out.println("  --> " + Printable.line(place));
    }
    Location.Source source = finding.location().source();
    String margin = " ".repeat(source == null ? 2 : Integer.toString(source.line()).length() + 1);
    if (source != null && source.text() != null && !source.text().isBlank()) {
      String text = source.text().replace("\t", "    ").stripTrailing();
      out.println(margin + "|");
      out.println(source.line() + " | " + Printable.line(text));
      out.println(margin + "|");
    }
    finding.notes().forEach(note -> out.println(margin + "= note: " + Printable.line(note)));
    finding.help().forEach(help -> out.println(margin + "= help: " + Printable.line(help)));
  }

  /** A finding in one line. */
  public static String oneLine(Diagnostic finding) {
    String place = place(finding.location());
    return (place.isEmpty() ? "" : place + ": ") + finding.message();
  }

  private static String severity(Diagnostic finding) {
    return finding.severity().name().toLowerCase(Locale.ROOT);
  }

  private static String place(Location location) {
    var parts = new ArrayList<String>();
    Location.Source source = location.source();
    if (source != null) {
      parts.add(
          source.file() + ":" + source.line() + (source.column() > 0 ? ":" + source.column() : ""));
    } else if (location.file() != null) {
      parts.add(location.file());
    }
    if (location.byteOffset() >= 0) {
      parts.add("byte " + location.byteOffset());
    }
    if (location.program() != null) {
      parts.add("program " + location.program());
    }
    if (location.pc() >= 0) {
      parts.add("instruction " + location.pc());
    }
    return String.join(", ", parts);
  }

  /** A finding as a JSON value for {@link Json}. */
  public static Map<String, @Nullable Object> json(Diagnostic finding) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("rule", finding.rule());
    json.put("severity", severity(finding));
    json.put("message", finding.message());
    Location location = finding.location();
    if (location.file() != null) {
      json.put("file", location.file());
    }
    if (location.byteOffset() >= 0) {
      json.put("byte", location.byteOffset());
    }
    if (location.pc() >= 0) {
      json.put("instruction", location.pc());
    }
    Location.Source source = location.source();
    if (source != null) {
      var at = new LinkedHashMap<String, @Nullable Object>();
      at.put("file", source.file());
      at.put("line", source.line());
      at.put("column", source.column());
      at.put("text", source.text());
      json.put("source", at);
    }
    json.put("notes", List.copyOf(finding.notes()));
    json.put("help", List.copyOf(finding.help()));
    return json;
  }
}
