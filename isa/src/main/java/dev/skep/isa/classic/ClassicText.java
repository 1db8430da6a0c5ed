package dev.skep.isa.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads filters from text: the numbers of {@code tcpdump -ddd} and {@code -dd}, the listing of
 * {@code tcpdump -d}, and the assembly of {@code bpf_asm}.
 */
public final class ClassicText {

  /** Longer texts are refused unread. */
  private static final int MAX_TEXT = 1 << 22;

  private static final Pattern BRACES =
      Pattern.compile("\\{\\s*([^,{}]+),\\s*([^,{}]+),\\s*([^,{}]+),\\s*([^,{}]+)\\}\\s*,?");

  /**
   * A filter, or what is wrong with its text.
   *
   * @param program what was read; complete only without problems
   * @param problems what is wrong, by line
   */
  public record Filter(List<ClassicInstruction> program, List<Problem> problems) {
    public Filter {
      program = List.copyOf(program);
      problems = List.copyOf(problems);
    }
  }

  /**
   * A mistake in the text.
   *
   * @param line counted from 1
   * @param message one sentence
   */
  public record Problem(int line, String message) {}

  /** A mistake on the line that is being read. */
  static final class Bad extends Exception {
    private static final long serialVersionUID = 1;

    Bad(String message) {
      super(message, null, false, false);
    }
  }

  private final List<ClassicInstruction> program = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private ClassicText() {}

  /** Reads a filter in whichever of the forms the text is. */
  public static Filter parse(String text) {
    ClassicText parser = new ClassicText();
    if (text.length() > MAX_TEXT) {
      parser.problems.add(new Problem(1, "the text is longer than any filter"));
    } else if (text.indexOf('{') >= 0) {
      parser.braces(text);
    } else if (text.strip().matches("(?s)\\d+\\s*[\\n,]\\s*\\d+\\s+\\d+\\s.*")) {
      parser.numbers(text);
    } else {
      return new ClassicAssembly().read(text);
    }
    return new Filter(parser.program, parser.problems);
  }

  // ---- numbers
  // -----------------------------------------------------------------------------------

  private void numbers(String text) {
    String[] lines = text.strip().split("[\\n,]", -1);
    int announced = -1;
    for (int n = 0; n < lines.length; n++) {
      String line = lines[n].strip();
      if (line.isEmpty()) {
        continue;
      }
      try {
        if (announced < 0) {
          announced = (int) number(line);
          continue;
        }
        String[] fields = line.split("\\s+", -1);
        if (fields.length != 4) {
          throw new Bad("an instruction is four numbers: code, jt, jf and k");
        }
        add(fields[0], fields[1], fields[2], fields[3]);
      } catch (Bad bad) {
        problems.add(new Problem(n + 1, String.valueOf(bad.getMessage())));
        return;
      }
    }
    if (announced != program.size()) {
      problems.add(
          new Problem(
              1,
              "%d instructions are announced, but %d follow".formatted(announced, program.size())));
    }
  }

  private void braces(String text) {
    String[] lines = text.split("\n", -1);
    for (int n = 0; n < lines.length; n++) {
      String line = lines[n].strip();
      Matcher m = BRACES.matcher(line);
      int end = 0;
      try {
        while (m.find()) {
          add(m.group(1), m.group(2), m.group(3), m.group(4));
          end = m.end();
        }
        if (!line.substring(end).isBlank()) {
          throw new Bad("an instruction reads { 0x28, 0, 0, 0x0000000c },");
        }
      } catch (Bad bad) {
        problems.add(new Problem(n + 1, String.valueOf(bad.getMessage())));
        return;
      }
    }
  }

  private void add(String code, String jt, String jf, String k) throws Bad {
    program.add(
        new ClassicInstruction(
            (int) limited(code, 0xffff),
            (int) limited(jt, 0xff),
            (int) limited(jf, 0xff),
            (int) limited(k, 0xffff_ffffL)));
  }

  static long limited(String text, long most) throws Bad {
    long number = number(text.strip());
    if (number > most || number < -(most + 1) / 2) {
      throw new Bad(text.strip() + " is more than " + most);
    }
    return number & most;
  }

  private static long number(String text) throws Bad {
    try {
      boolean binary = text.length() > 2 && text.startsWith("0b");
      return binary ? Long.parseLong(text.substring(2), 2) : Long.decode(text.replace('#', '?'));
    } catch (NumberFormatException notANumber) {
      throw new Bad("\"" + abbreviated(text) + "\" is no number");
    }
  }

  static String abbreviated(String text) {
    String start = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
