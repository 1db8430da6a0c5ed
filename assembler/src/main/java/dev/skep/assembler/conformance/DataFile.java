package dev.skep.assembler.conformance;

import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.AssemblyResult;
import dev.skep.assembler.HelperNames;
import dev.skep.assembler.Syntax;
import dev.skep.isa.Code;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .data} file of the BPF conformance suite: lines of text under headings such as {@code --
 * asm}.
 *
 * @param name the file's name
 * @param code the program, or null if the file has none that can be used ({@code problem})
 * @param memory what the program is given; empty if there is no such section
 * @param result what {@code r0} is to be, empty for a file that expects an error
 * @param error what the {@code error} section says, may be empty
 * @param problem why there is no program, one sentence, or null
 */
public record DataFile(
    String name,
    @Nullable Code code,
    Bytes memory,
    OptionalLong result,
    String error,
    @Nullable String problem) {

  private static final Set<String> SECTIONS =
      Set.of("asm", "raw", "mem", "result", "error", "c", "no register offset");

  /** Parses a file. Never fails: what is wrong is the {@link #problem}. */
  public static DataFile parse(String name, String text) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    List<String> current = null;
    for (String line : text.split("\r?\n", -1)) {
      if (line.startsWith("-- ") || line.equals("--")) {
        String heading = line.substring(2).strip();
        if (!SECTIONS.contains(heading)) {
          problems.add("there is no section \"" + heading + "\" in the format");
        }
        current = sections.computeIfAbsent(heading, _ -> new ArrayList<>());
      } else if (current != null) {
        current.add(line);
      }
    }
    List<String> error = sections.get("error");
    byte[] memory = bytes("mem", sections.get("mem"), problems);
    OptionalLong result = result(sections.get("result"), problems);
    if (result.isEmpty() && error == null) {
      problems.add("the file says neither what the result nor what the error is to be");
    }
    Code code = problems.isEmpty() ? code(name, sections, problems) : null;
    String problem = problems.isEmpty() ? null : problems.getFirst();
    return new DataFile(
        name,
        problem == null ? code : null,
        Bytes.of(memory),
        result,
        error == null ? "" : String.join("\n", error).strip(),
        problem);
  }

  private static @Nullable Code code(
      String name, Map<String, List<String>> sections, List<String> problems) {
    List<String> asm = sections.get("asm");
    List<String> raw = sections.get("raw");
    Code code;
    if (asm != null) {
      AssemblyResult assembled =
          Assembler.assemble(
              String.join("\n", asm),
              name,
              AssemblyOptions.defaults(HelperNames.NONE).withSyntax(Syntax.MNEMONIC));
      BpfObject object = assembled.object();
      if (object == null) {
        problems.add(assembled.errors().getFirst().message());
        return null;
      }
      code = object.programs().getFirst().code();
    } else if (raw != null) {
      code = rawCode(raw, problems);
    } else {
      problems.add("the file has neither an asm nor a raw section");
      return null;
    }
    if (code != null) {
      check(code, problems);
    }
    return code;
  }

  /** Bytes, or one number a slot, as the suite has both. */
  private static @Nullable Code rawCode(List<String> lines, List<String> problems) {
    boolean numbers = lines.stream().anyMatch(l -> l.strip().startsWith("0x"));
    byte[] bytes;
    if (numbers) {
      List<Long> slots = new ArrayList<>();
      for (String line : lines) {
        String word = withoutComment(line);
        if (!word.isEmpty()) {
          try {
            slots.add(Long.parseUnsignedLong(word.substring(2), 16));
          } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            problems.add("\"" + word + "\" in the raw section is no number");
            return null;
          }
        }
      }
      ByteBuffer out = ByteBuffer.allocate(slots.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
      slots.forEach(out::putLong);
      bytes = out.array();
    } else {
      bytes = bytes("raw", lines, problems);
    }
    if (bytes.length == 0 || bytes.length % 8 != 0) {
      problems.add("the raw section has " + bytes.length + " bytes, which is no program");
      return null;
    }
    return Code.ofBytes(bytes, ByteOrder.LITTLE_ENDIAN);
  }

  private static void check(Code code, List<String> problems) {
    for (int pc = 0; pc < code.size(); ) {
      switch (Decoder.decode(code, pc)) {
        case Decoded.Invalid invalid -> {
          Decoded.FieldProblem first = invalid.problems().getFirst();
          problems.add("slot " + pc + ": " + first.field() + " " + first.message());
          return;
        }
        case Decoded.Valid valid -> pc += valid.instruction().slots();
      }
    }
  }

  private static byte[] bytes(String section, @Nullable List<String> lines, List<String> problems) {
    if (lines == null) {
      return new byte[0];
    }
    List<Byte> bytes = new ArrayList<>();
    for (String line : lines) {
      for (String word : withoutComment(line).split("\\s+", -1)) {
        if (word.isEmpty()) {
          continue;
        }
        try {
          int value = Integer.parseInt(word, 16);
          if (word.length() > 2 || value < 0) {
            throw new NumberFormatException(word);
          }
          bytes.add((byte) value);
        } catch (NumberFormatException notAByte) {
          problems.add("\"" + word + "\" in the " + section + " section is no byte");
          return new byte[0];
        }
      }
    }
    byte[] out = new byte[bytes.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes.get(i);
    }
    return out;
  }

  private static OptionalLong result(@Nullable List<String> lines, List<String> problems) {
    if (lines == null) {
      return OptionalLong.empty();
    }
    for (String line : lines) {
      String word = withoutComment(line);
      if (word.isEmpty()) {
        continue;
      }
      try {
        boolean hex = word.startsWith("0x") || word.startsWith("0X");
        return OptionalLong.of(
            hex ? Long.parseUnsignedLong(word.substring(2), 16) : Long.parseLong(word));
      } catch (NumberFormatException notANumber) {
        problems.add("\"" + word + "\" in the result section is no number");
        return OptionalLong.empty();
      }
    }
    problems.add("the result section is empty");
    return OptionalLong.empty();
  }

  private static String withoutComment(String line) {
    int hash = line.indexOf('#');
    return (hash < 0 ? line : line.substring(0, hash)).strip();
  }
}
