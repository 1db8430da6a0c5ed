package dev.skep.isa.classic;

import static dev.skep.isa.classic.ClassicText.abbreviated;
import static dev.skep.isa.classic.ClassicText.limited;

import dev.skep.isa.classic.ClassicText.Bad;
import dev.skep.isa.classic.ClassicText.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the assembly of {@code bpf_asm} and the listing of {@code tcpdump -d}. */
final class ClassicAssembly {

  private static final Pattern LISTED = Pattern.compile("^\\(\\d+\\)\\s*");
  private static final Pattern LABEL = Pattern.compile("^([A-Za-z_]\\w*):\\s*");
  private static final Pattern HEADER_LENGTH =
      Pattern.compile("4\\s*\\*\\s*\\(\\s*\\[\\s*(-?\\w+)\\s*]\\s*&\\s*0xf\\s*\\)");
  private static final Pattern INDIRECT =
      Pattern.compile("\\[\\s*%?[xX]\\s*([+-])\\s*(-?\\w+)\\s*]|\\[\\s*%?[xX]\\s*]");
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

  /** A conditional jump's targets: labels, or numbers of instructions. */
  private record Jump(
      int index, int line, @Nullable String jt, @Nullable String jf, boolean swap) {}

  private final List<ClassicInstruction> program = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Jump> jumps = new ArrayList<>();
  private boolean inComment;

  ClassicText.Filter read(String text) {
    String[] lines = text.split("\n", -1);
    for (int n = 0; n < lines.length && problems.size() < 100; n++) {
      String line = withoutComments(lines[n]).strip();
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
    return new ClassicText.Filter(program, problems);
  }

  /** Comments begin with ; or //, or with # at a line's start; those in slash and star go on. */
  private String withoutComments(String line) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < line.length()) {
      if (inComment) {
        int end = line.indexOf("*/", at);
        inComment = end < 0;
        at = end < 0 ? line.length() : end + 2;
      } else if (line.startsWith("/*", at)) {
        inComment = true;
        at += 2;
      } else if (line.charAt(at) == ';'
          || line.startsWith("//", at)
          || (at == 0 && line.charAt(0) == '#')) {
        break;
      } else {
        out.append(line.charAt(at++));
      }
    }
    return out.toString();
  }

  private void statement(String line, int number) throws Bad {
    String[] parts = line.split("\\s+", 2);
    String mnemonic = parts[0].toLowerCase(Locale.ROOT);
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
        case "ldi" -> plain(Classic.LD | Classic.IMM, bareConstant(operand));
        case "ldxi" -> plain(Classic.LDX | Classic.IMM, bareConstant(operand));
        case "ldx", "ldxb" -> loadX(operand);
        case "st" -> plain(Classic.ST, word(operand));
        case "stx" -> plain(Classic.STX, word(operand));
        case "neg" -> plain(Classic.NEG, 0);
        case "tax" -> plain(Classic.TAX, 0);
        case "txa" -> plain(Classic.TXA, 0);
        case "ret" -> {
          boolean a = operand.equalsIgnoreCase("a") || operand.equalsIgnoreCase("%a");
          if (isX(operand)) {
            throw new Bad("Linux has no ret x; write txa, then ret a");
          }
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
    } else if (absolute.matches() && Classic.Ancillary.named(absolute.group(1)) == null) {
      plain(size | Classic.ABS, (int) limited(absolute.group(1), 0xffff_ffffL));
    } else if (size == Classic.W && WORD_OF_MEMORY.matcher(operand).matches()) {
      plain(Classic.LD | Classic.MEM, word(operand));
    } else {
      String name = operand.startsWith("#") ? operand.substring(1) : operand;
      // "ldb [vlanp]" is how libpcap lists what bpf_asm reads as "ld vlan_pr".
      Classic.Ancillary extension =
          Classic.Ancillary.named(absolute.matches() ? absolute.group(1) : name);
      if (extension != null) {
        plain(size | Classic.ABS, Classic.ANCILLARY + extension.offset);
      } else if (size == Classic.W && isLength(name)) {
        plain(Classic.LD | Classic.LEN, 0);
      } else if (size == Classic.W && operand.startsWith("#")) {
        plain(Classic.LD | Classic.IMM, constant(operand));
      } else {
        throw new Bad(
            "\"%s\" is nothing that can be loaded; a load reads [12], [x + 14], M[3], #5 or len"
                .formatted(abbreviated(operand)));
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
    } else if (operand.contains("*")) {
      throw new Bad("the length of a header reads 4*([14]&0xf)");
    } else {
      plain(Classic.LDX | Classic.IMM, constant(operand));
    }
  }

  private static boolean isLength(String name) {
    return name.equalsIgnoreCase("len") || name.equalsIgnoreCase("pktlen");
  }

  private static boolean isX(String operand) {
    return operand.equalsIgnoreCase("x") || operand.equalsIgnoreCase("%x");
  }

  private static int word(String operand) throws Bad {
    Matcher m = WORD_OF_MEMORY.matcher(operand);
    if (!m.matches()) {
      throw new Bad("a word of memory reads M[0] to M[15]");
    }
    return (int) limited(m.group(1), 0xffff_ffffL);
  }

  private static int bareConstant(String operand) throws Bad {
    return constant(operand.startsWith("#") ? operand : "#" + operand);
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
