package dev.skep.isa.classic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters from text: the numbers of {@code tcpdump -ddd} and {@code -dd}, the listing of
 * {@code tcpdump -d}, and the assembly of {@code bpf_asm}.
 */
public final class ClassicText {

  /** Longer texts are refused unread. */
  private static final int MAX_TEXT = 1 << 22;

  private static final Pattern BRACES =
      Pattern.compile("\\{\\s*([^,{}]+),\\s*([^,{}]+),\\s*([^,{}]+),\\s*([^,{}]+)\\}\\s*,?");
  private static final Pattern LISTED = Pattern.compile("^\\(\\d+\\)\\s*");
  private static final Pattern LABEL = Pattern.compile("^([A-Za-z_]\\w*):\\s*");
  private static final Pattern HEADER_LENGTH =
      Pattern.compile("4\\s*\\*\\s*\\(\\s*\\[\\s*(\\w+)\\s*]\\s*&\\s*0xf\\s*\\)");
  private static final Pattern INDIRECT =
      Pattern.compile("\\[\\s*%?x\\s*([+-])\\s*(\\w+)\\s*]|\\[\\s*%?x\\s*]");
  private static final Pattern ABSOLUTE = Pattern.compile("\\[\\s*(-?\\w+)\\s*]");
  private static final Pattern WORD_OF_MEMORY = Pattern.compile("[Mm]\\s*\\[\\s*(\\w+)\\s*]");

  private static final Map<String, Integer> ALU =
      Map.ofEntries(
          Map.entry("add", 0x00),
          Map.entry("sub", 0x10),
          Map.entry("mul", 0x20),
          Map.entry("div", 0x30),
          Map.entry("or", 0x40),
          Map.entry("and", 0x50),
          Map.entry("lsh", 0x60),
          Map.entry("rsh", 0x70),
          Map.entry("mod", 0x90),
          Map.entry("xor", 0xa0));

  private static final Map<String, Integer> LOADS =
      Map.of("ld", Classic.W, "ldh", Classic.H, "ldb", Classic.B);

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

  private static final class Bad extends Exception {
    private static final long serialVersionUID = 1;

    Bad(String message) {
      super(message, null, false, false);
    }
  }

  /** A conditional jump's targets: labels, or numbers of instructions. */
  private record Jump(
      int index, int line, @Nullable String jt, @Nullable String jf, boolean swap) {}

  private final List<ClassicInstruction> program = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Jump> jumps = new ArrayList<>();

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
      parser.assembly(text);
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

  private static long limited(String text, long most) throws Bad {
    long number = number(text.strip());
    if (number > most || number < -(most + 1) / 2) {
      throw new Bad(text.strip() + " is more than " + most);
    }
    return number & most;
  }

  private static long number(String text) throws Bad {
    try {
      return Long.decode(text);
    } catch (NumberFormatException notANumber) {
      throw new Bad("\"" + abbreviated(text) + "\" is no number");
    }
  }

  private static String abbreviated(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }

  // ---- assembly
  // ----------------------------------------------------------------------------------

  private void assembly(String text) {
    String[] lines = text.split("\n", -1);
    for (int n = 0; n < lines.length && problems.size() < 100; n++) {
      String line = lines[n].replaceFirst("(;|//|/\\*).*", "").strip();
      line = LISTED.matcher(line).replaceFirst("");
      Matcher label = LABEL.matcher(line);
      while (label.find()) {
        if (labels.putIfAbsent(label.group(1), program.size()) != null) {
          problems.add(new Problem(n + 1, "there is a label " + label.group(1) + " already"));
        }
        line = line.substring(label.end());
        label = LABEL.matcher(line);
      }
      if (line.isEmpty()) {
        continue;
      }
      try {
        statement(line, n + 1);
      } catch (Bad bad) {
        problems.add(new Problem(n + 1, String.valueOf(bad.getMessage())));
      }
    }
    for (Jump jump : jumps) {
      try {
        resolve(jump);
      } catch (Bad bad) {
        problems.add(new Problem(jump.line, String.valueOf(bad.getMessage())));
      }
    }
  }

  private void statement(String line, int number) throws Bad {
    String[] parts = line.split("\\s+", 2);
    String mnemonic = parts[0];
    String operand = parts.length > 1 ? parts[1].strip() : "";
    Integer alu = ALU.get(mnemonic);
    Integer size = LOADS.get(mnemonic);
    if (alu != null) {
      boolean x = isX(operand);
      plain(Classic.ALU | alu | (x ? 0x08 : 0), x ? 0 : constant(operand));
    } else if (size != null) {
      load(size, operand);
    } else if (mnemonic.startsWith("j")) {
      jump(mnemonic, operand, number);
    } else {
      switch (mnemonic) {
        case "ldi" -> plain(Classic.LD | Classic.IMM, constant(operand));
        case "ldxi" -> plain(Classic.LDX | Classic.IMM, constant(operand));
        case "ldx", "ldxb" -> loadX(operand);
        case "st" -> plain(Classic.ST, word(operand));
        case "stx" -> plain(Classic.STX, word(operand));
        case "neg" -> plain(Classic.NEG, 0);
        case "tax" -> plain(Classic.TAX, 0);
        case "txa" -> plain(Classic.TXA, 0);
        case "ret" -> {
          boolean a = operand.equals("a") || operand.equals("%a");
          plain(a ? Classic.RET_A : Classic.RET_K, a ? 0 : constant(operand));
        }
        default -> throw new Bad("there is no instruction " + abbreviated(mnemonic));
      }
    }
  }

  private void plain(int code, int k) {
    program.add(new ClassicInstruction(code, 0, 0, k));
  }

  private void load(int size, String operand) throws Bad {
    Matcher indirect = INDIRECT.matcher(operand);
    Matcher absolute = ABSOLUTE.matcher(operand);
    if (indirect.matches()) {
      int k = indirect.group(2) == null ? 0 : (int) limited(indirect.group(2), 0xffff_ffffL);
      plain(size | Classic.IND, "-".equals(indirect.group(1)) ? -k : k);
    } else if (absolute.matches()) {
      plain(size | Classic.ABS, (int) limited(absolute.group(1), 0xffff_ffffL));
    } else if (size == Classic.W && WORD_OF_MEMORY.matcher(operand).matches()) {
      plain(Classic.LD | Classic.MEM, word(operand));
    } else {
      String name = operand.startsWith("#") ? operand.substring(1) : operand;
      Classic.Ancillary extension = Classic.Ancillary.named(name);
      if (extension != null) {
        plain(size | Classic.ABS, Classic.ANCILLARY + extension.offset);
      } else if (size == Classic.W && isLength(name)) {
        plain(Classic.LD | Classic.LEN, 0);
      } else if (size == Classic.W && operand.startsWith("#")) {
        plain(Classic.LD | Classic.IMM, constant(operand));
      } else {
        throw new Bad("\"" + abbreviated(operand) + "\" is nothing that can be loaded");
      }
    }
  }

  private void loadX(String operand) throws Bad {
    Matcher header = HEADER_LENGTH.matcher(operand);
    if (header.matches()) {
      plain(Classic.LDX | Classic.B | Classic.MSH, (int) limited(header.group(1), 0xffff_ffffL));
    } else if (WORD_OF_MEMORY.matcher(operand).matches()) {
      plain(Classic.LDX | Classic.MEM, word(operand));
    } else if (isLength(operand.startsWith("#") ? operand.substring(1) : operand)) {
      plain(Classic.LDX | Classic.LEN, 0);
    } else {
      plain(Classic.LDX | Classic.IMM, constant(operand));
    }
  }

  private static boolean isLength(String name) {
    return name.equals("len") || name.equals("pktlen");
  }

  private static boolean isX(String operand) {
    return operand.equals("x") || operand.equals("%x");
  }

  private static int word(String operand) throws Bad {
    Matcher m = WORD_OF_MEMORY.matcher(operand);
    if (!m.matches()) {
      throw new Bad("a word of memory reads M[0] to M[15]");
    }
    return (int) limited(m.group(1), 0xffff_ffffL);
  }

  private static int constant(String operand) throws Bad {
    if (!operand.startsWith("#")) {
      throw new Bad("a constant reads #5, not \"" + abbreviated(operand) + "\"");
    }
    return (int) limited(operand.substring(1), 0xffff_ffffL);
  }

  // ---- jumps
  // -------------------------------------------------------------------------------------

  private void jump(String mnemonic, String operands, int line) throws Bad {
    if (mnemonic.equals("ja") || mnemonic.equals("jmp")) {
      jumps.add(new Jump(program.size(), line, operands, null, false));
      plain(Classic.JMP, 0);
      return;
    }
    boolean swap = false;
    int operation =
        switch (mnemonic) {
          case "jeq" -> 0x10;
          case "jgt" -> 0x20;
          case "jge" -> 0x30;
          case "jset" -> 0x40;
          default -> {
            swap = true;
            yield switch (mnemonic) {
              case "jneq", "jne" -> 0x10;
              case "jle" -> 0x20;
              case "jlt" -> 0x30;
              default -> throw new Bad("there is no instruction " + abbreviated(mnemonic));
            };
          }
        };
    // "jeq #0x800 jt 2 jf 5" of a listing, "jeq #0x800, YES, NO" of assembly.
    String[] fields = operands.replaceAll("\\s+j[tf]\\s+", ",").split("\\s*,\\s*", -1);
    if (fields.length < 2 || fields.length > 3) {
      throw new Bad("a conditional jump reads: jeq #0x800, LABEL, LABEL");
    }
    boolean x = isX(fields[0]);
    jumps.add(
        new Jump(program.size(), line, fields[1], fields.length > 2 ? fields[2] : null, swap));
    plain(Classic.JMP | operation | (x ? 0x08 : 0), x ? 0 : constant(fields[0]));
  }

  private void resolve(Jump jump) throws Bad {
    ClassicInstruction i = program.get(jump.index);
    int yes = distance(jump.jt, jump.index);
    int no = distance(jump.jf, jump.index);
    if (i.code() == Classic.JMP) {
      program.set(jump.index, new ClassicInstruction(i.code(), 0, 0, yes));
      return;
    }
    if (yes > 255 || no > 255) {
      throw new Bad("a conditional jump reaches 255 instructions, not " + Math.max(yes, no));
    }
    program.set(
        jump.index,
        new ClassicInstruction(i.code(), jump.swap ? no : yes, jump.swap ? yes : no, i.k()));
  }

  private int distance(@Nullable String target, int index) throws Bad {
    if (target == null) {
      return 0;
    }
    Integer at = labels.get(target);
    if (at == null) {
      if (!target.matches("\\d{1,5}")) {
        throw new Bad("there is no label " + abbreviated(target));
      }
      at = Integer.valueOf(target);
    }
    if (at <= index) {
      throw new Bad("a filter only jumps forward");
    }
    return at - index - 1;
  }
}
