package dev.skep.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an argument of a marker is when the marker is reached, as its note says it in the
 * assembler's words: {@code -4@%edi}, {@code 8@-16(%rbp)}, {@code 4@(%rax,%rcx,4)}, {@code -4@$7}.
 *
 * @param bytes its size: 1, 2, 4 or 8
 * @param signed whether it is a signed number
 */
public record UsdtArgument(int bytes, boolean signed, Place place) {

  private static final Pattern ARGUMENT =
      Pattern.compile("\\s*(-?)([1248])@(.*?)(?=\\s+-?\\w+@|$)");
  private static final Pattern MEMORY =
      Pattern.compile(
          "(-?(?:0x)?[0-9a-fA-F]+)?\\(%(\\w+)(?:\\s*,\\s*%(\\w+)(?:\\s*,\\s*([1248]))?)?\\)");

  /** Offsets in {@code struct pt_regs} of x86_64, by the 64-bit name. */
  private static final Map<String, Integer> REGISTERS =
      Map.ofEntries(
          Map.entry("r15", 0),
          Map.entry("r14", 8),
          Map.entry("r13", 16),
          Map.entry("r12", 24),
          Map.entry("rbp", 32),
          Map.entry("rbx", 40),
          Map.entry("r11", 48),
          Map.entry("r10", 56),
          Map.entry("r9", 64),
          Map.entry("r8", 72),
          Map.entry("rax", 80),
          Map.entry("rcx", 88),
          Map.entry("rdx", 96),
          Map.entry("rsi", 104),
          Map.entry("rdi", 112),
          Map.entry("rip", 128),
          Map.entry("rsp", 152));

  /** A register, memory, or a number. Registers are offsets in {@code struct pt_regs}. */
  public sealed interface Place {
    /** The number itself. */
    record Constant(long value) implements Place {}

    /** The lowest bytes of a register. */
    record Register(int offset) implements Place {}

    /** Memory of the traced process at a register plus a distance. */
    record Memory(int base, long distance) implements Place {}

    /** Memory at a register plus {@code scale} times another plus a distance. */
    record Indexed(int base, int index, int scale, long distance) implements Place {}

    /** Something else, such as a variable by name: not to be had in a program. */
    record Unknown(String text) implements Place {}
  }

  /** The arguments of {@link UsdtProbes.Probe#arguments()}, in order. */
  public static List<UsdtArgument> parse(String arguments) {
    var all = new ArrayList<UsdtArgument>();
    Matcher m = ARGUMENT.matcher(arguments.strip());
    int end = 0;
    while (end < arguments.length() && m.find() && m.start() == end) {
      all.add(
          new UsdtArgument(
              Integer.parseInt(m.group(2)), !m.group(1).isEmpty(), place(m.group(3).strip())));
      end = m.end();
    }
    return List.copyOf(all);
  }

  private static Place place(String operand) {
    try {
      if (operand.startsWith("$")) {
        return new Place.Constant(Long.decode(operand.substring(1)));
      }
      if (operand.startsWith("%")) {
        Integer register = register(operand.substring(1));
        return register == null ? new Place.Unknown(operand) : new Place.Register(register);
      }
      Matcher m = MEMORY.matcher(operand);
      if (m.matches()) {
        return memory(operand, m);
      }
    } catch (NumberFormatException e) {
      // a number of more than 64 bits
    }
    return new Place.Unknown(operand);
  }

  private static Place memory(String operand, Matcher m) {
    long distance = m.group(1) == null ? 0 : Long.decode(m.group(1));
    Integer base = register(m.group(2));
    Integer index = m.group(3) == null ? null : register(m.group(3));
    if (base == null || m.group(3) != null && index == null) {
      return new Place.Unknown(operand);
    }
    int scale = m.group(4) == null ? 1 : Integer.parseInt(m.group(4));
    return index == null
        ? new Place.Memory(base, distance)
        : new Place.Indexed(base, index, scale, distance);
  }

  /** By any name of a register's low bytes: {@code rax eax ax al}, {@code r8 r8d r8w r8b}. */
  private static @Nullable Integer register(String name) {
    Integer known = REGISTERS.get(name);
    if (known != null) {
      return known;
    }
    if (name.matches("r\\d+[dwb]")) {
      return REGISTERS.get(name.substring(0, name.length() - 1));
    }
    String wide =
        name.matches("[abcd]l")
            ? name.charAt(0) + "x"
            : name.matches("(?:si|di|bp|sp)l")
                ? name.substring(0, 2)
                : name.startsWith("e") ? name.substring(1) : name;
    return REGISTERS.get("r" + wide);
  }
}
