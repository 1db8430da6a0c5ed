package dev.skep.object.diagnostic;

import java.util.List;

/**
 * A finding about an input: an assembly file, an object, a program.
 *
 * @param rule stable id in lower case with dashes and a room's prefix, such as {@code
 *     verifier/packet-bounds} or {@code object/truncated}
 * @param severity how bad it is
 * @param location where; {@link Location#NOWHERE} when the input as a whole is meant
 * @param message one sentence of cause
 * @param notes the evidence, one sentence each
 * @param help what to do, one sentence each; may be empty
 */
public record Diagnostic(
    String rule,
    Severity severity,
    Location location,
    String message,
    List<String> notes,
    List<String> help) {

  public Diagnostic {
    notes = List.copyOf(notes);
    help = List.copyOf(help);
  }

  /** How bad a finding is. */
  public enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  /** An error without notes or help. */
  public static Diagnostic error(String rule, Location location, String message) {
    return new Diagnostic(rule, Severity.ERROR, location, message, List.of(), List.of());
  }

  /** A warning without notes or help. */
  public static Diagnostic warning(String rule, Location location, String message) {
    return new Diagnostic(rule, Severity.WARNING, location, message, List.of(), List.of());
  }

  /** This finding with one more piece of evidence. */
  public Diagnostic withNote(String note) {
    return new Diagnostic(rule, severity, location, message, append(notes, note), help);
  }

  /** This finding with one more piece of advice. */
  public Diagnostic withHelp(String advice) {
    return new Diagnostic(rule, severity, location, message, notes, append(help, advice));
  }

  private static List<String> append(List<String> list, String item) {
    var longer = new java.util.ArrayList<>(list);
    longer.add(item);
    return longer;
  }
}
