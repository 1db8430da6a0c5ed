package dev.skep.verifier.explain;

import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the kernel's message into a finding: a rule, the place, the cause, and a way to mend it.
 */
public final class Explanations {

  /** A family of messages. */
  private record Rule(String id, Pattern message, String cause, String help) {}

  private static Rule rule(String id, String regex, String cause, String help) {
    return new Rule("verifier/" + id, Pattern.compile(regex), cause, help);
  }

  private static final List<Rule> RULES =
      List.of(
          rule(
              "packet-bounds",
              "offset is outside of the packet",
              "the packet may be shorter than what is read or written here",
              "compare with data_end first: if (p + size > data_end) return ...;"),
          rule(
              "null-check",
              "invalid mem access '.*_or_null'|pointer arithmetic on .*_or_null prohibited|"
                  + "type=.*_or_null expected",
              "the pointer may be NULL here: a look-up that finds nothing returns NULL",
              "test the pointer before it is used: if (!p) return ...;"),
          rule(
              "not-a-pointer",
              "invalid mem access 'scalar'",
              "what is dereferenced here is a number for the verifier, no pointer to known memory",
              "read kernel memory with bpf_probe_read_kernel, or keep the pointer unchanged on"
                  + " every path that leads here"),
          rule(
              "value-bounds",
              "outside of the allowed memory range|unbounded memory access|min value is negative",
              "the index may lie outside of the memory that is accessed",
              "bound the index before the access, from below and above, and in a way the compiler"
                  + " keeps: if (i >= N) return ...; with an unsigned i"),
          rule(
              "infinite-loop",
              "infinite loop detected",
              "the loop comes back to a state that it was in before: it may never end",
              "make the loop's bound a constant, or use bpf_loop or an open-coded iterator"),
          rule(
              "too-complex",
              "BPF program is too large|jumps is too complex",
              "the verifier gave up: there are too many paths through the program",
              "bound loops more tightly, split work into global functions or tail calls, or use"
                  + " bpf_loop"),
          rule(
              "uninitialised",
              "!read_ok|invalid read from stack",
              "what is read here was not written on every path that leads here",
              "give the variable a value when it is declared"),
          rule(
              "reference-leak",
              "would lead to reference leak|Unreleased reference",
              "something that was acquired is not given back on this path",
              "call the releasing function on every path, also on early returns: bpf_sk_release,"
                  + " bpf_ringbuf_submit or bpf_ringbuf_discard"),
          rule(
              "helper-not-allowed",
              "program of this type cannot use helper",
              "this helper is not there for this type of program",
              "use a helper that is allowed for the type, or another program type"),
          rule(
              "gpl-only",
              "GPL-restricted function",
              "the helper is only for programs under a GPL-compatible licence",
              "declare char LICENSE[] SEC(\"license\") = \"GPL\";"),
          rule(
              "stack-size",
              "invalid (variable-offset )?(write to|read from) stack|combined stack size",
              "the access or the function's variables do not fit in the 512 bytes of stack",
              "move large buffers into a per-CPU array map"),
          rule(
              "context-access",
              "invalid bpf_context access|dereference of modified ctx",
              "the context has no field that can be accessed this way for this program type",
              "use the fields and sizes of the context structure in linux/bpf.h, without moving"
                  + " the pointer"),
          rule(
              "return-value",
              "should have been in|not a known value",
              "the program's result is not one that this program type may return",
              "return one of the values that the attach type defines on every path"),
          rule(
              "argument-type",
              "type=.* expected=",
              "the argument is not of a kind that the helper takes",
              "pass a pointer to memory of the listed kinds"),
          rule(
              "unreachable",
              "unreachable insn",
              "no path leads to this instruction",
              "remove the dead code, or let the compiler do so: -O2"));

  private Explanations() {}

  /**
   * The finding for a message.
   *
   * @param pc the instruction that it is about, -1 for none
   * @param listing that instruction's text
   */
  public static Diagnostic of(ProgramSpec program, int pc, String listing, String message) {
    @Nullable Rule found = null;
    for (Rule rule : RULES) {
      if (rule.message().matcher(message).find()) {
        found = rule;
        break;
      }
    }
    LineInfo line = program.lineAt(pc);
    Location location =
        Location.inProgram(null, program.name(), pc, line == null ? null : source(line));
    if (found == null) {
      return Diagnostic.error(
              "verifier/rejected", location, "Linux refuses this program: " + message)
          .withNote("the kernel says: " + message);
    }
    return Diagnostic.error(found.id(), location, found.cause())
        .withNote("the kernel says: " + message)
        .withNote("instruction " + pc + ": " + listing)
        .withHelp(found.help());
  }

  /** A line's place in its source. */
  public static Location.Source source(LineInfo line) {
    return new Location.Source(line.file(), line.line(), line.column(), line.text());
  }
}
