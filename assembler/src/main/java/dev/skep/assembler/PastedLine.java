package dev.skep.assembler;

import dev.skep.object.Bytes;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a listing that was pasted into an assembly text: of the kernel's verifier log, of
 * bpftool, or of llvm-objdump.
 *
 * @param pc the slot it stands for
 * @param opcode the opcode byte that a verifier log shows in front, or -1
 * @param bytes the bytes that llvm-objdump shows in front, or null
 * @param text the line with everything but the instruction blanked out, so that columns stay
 */
record PastedLine(int pc, int opcode, @Nullable Bytes bytes, String text) {

  // In the list of live registers, the number of a loop may stand before the slot.
  private static final Pattern LOG =
      Pattern.compile(
          "^(\\s*(?:\\d{1,6} +)?(\\d{1,9}): (?:[0-9.]{10} )?\\(([0-9a-f]{2})\\) )(.*?)(\\s*;.*)?$");
  private static final Pattern OBJDUMP =
      Pattern.compile(
          "^(\\s*(\\d{1,9}):\\s+((?:[0-9a-f]{2} ){7}(?:[0-9a-f]{2})(?: (?:[0-9a-f]{2} ){7}[0-9a-f]{2})?)\\s+)"
              + "(.*?)(\\s*<[^<> ]*>)?$");
  private static final Pattern NOISE =
      Pattern.compile(
          "^(?:\\d+: R\\d.*|from \\d+ to \\d+.*|func#\\d+ @\\d+|Live regs before insn:|"
              + "processed \\d+ insns.*|verification time \\d+ usec|stack depth .*|"
              + "mark_precise: .*|\\S+:\\s+file format .*|Disassembly of section .*|;.*|"
              + "last_idx \\d+.*|max_states.*|\\(\\d+\\) (?:frame|live) .*|"
              + "\\s+[0-9a-f]{16}:\\s+R_BPF_.*)$");

  /** The listing line that a line is, or null if it is ordinary assembly. */
  static @Nullable PastedLine of(String line) {
    int colon = line.indexOf(':');
    if (colon < 1 || colon > 20 || !Character.isDigit(line.charAt(colon - 1))) {
      return null;
    }
    Matcher log = LOG.matcher(line);
    if (log.matches()) {
      return new PastedLine(
          Integer.parseInt(log.group(2)),
          Integer.parseInt(log.group(3), 16),
          null,
          " ".repeat(log.group(1).length()) + log.group(4));
    }
    Matcher objdump = OBJDUMP.matcher(line);
    if (objdump.matches()) {
      return new PastedLine(
          Integer.parseInt(objdump.group(2)),
          -1,
          Bytes.of(HexFormat.ofDelimiter(" ").parseHex(objdump.group(3))),
          " ".repeat(objdump.group(1).length()) + objdump.group(4));
    }
    return null;
  }

  /** Whether a text is a verifier's log, by a line among its first that shows an opcode. */
  static boolean isVerifierLog(String text) {
    return text.lines()
        .limit(200)
        .filter(line -> line.length() < 500)
        .anyMatch(line -> LOG.matcher(line).matches());
  }

  /** Whether a line is what listings have between instructions. */
  static boolean isNoise(String line) {
    return NOISE.matcher(line).matches();
  }
}
