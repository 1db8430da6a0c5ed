package dev.skep.assembler.conformance;

import dev.skep.isa.Code;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Runs an engine over files of the conformance suite. */
public final class Conformance {

  private Conformance() {}

  /** How a file went. */
  public enum Outcome {
    /** The result is the one that the file names. */
    PASSED,
    /** The result is another. */
    WRONG_RESULT,
    /** The file, its assembly or the program was refused, or the run failed. */
    REFUSED
  }

  /**
   * What became of one file.
   *
   * @param file the file's name
   * @param negative whether it is one that an implementation has to refuse or fail
   * @param outcome how it went
   * @param detail one line: the two results, or why it was refused; empty if it passed
   */
  public record Report(String file, boolean negative, Outcome outcome, String detail) {
    /** Whether it went as it should: a negative file must not pass. */
    public boolean asExpected() {
      return negative != (outcome == Outcome.PASSED);
    }
  }

  /** Runs one file. */
  public static Report run(DataFile file, boolean negative, ConformanceEngine engine) {
    Code code = file.code();
    if (code == null) {
      return new Report(file.name(), negative, Outcome.REFUSED, String.valueOf(file.problem()));
    }
    long result;
    try {
      result = engine.run(code.toBytes(ByteOrder.LITTLE_ENDIAN), file.memory().toArray());
    } catch (Exception refused) {
      String message = String.valueOf(refused.getMessage());
      return new Report(file.name(), negative, Outcome.REFUSED, message);
    }
    if (file.result().isEmpty()) {
      return new Report(
          file.name(),
          negative,
          Outcome.WRONG_RESULT,
          "an error was to come, but r0 is 0x" + Long.toHexString(result));
    }
    long expected = file.result().getAsLong();
    return result == expected
        ? new Report(file.name(), negative, Outcome.PASSED, "")
        : new Report(
            file.name(),
            negative,
            Outcome.WRONG_RESULT,
            "r0 is 0x%x, but 0x%x was to come".formatted(result, expected));
  }

  /**
   * What the suite's own runner asks of a plugin.
   *
   * @param program the program in hexadecimal, blanks allowed, as it comes on standard input
   * @param memory the memory in hexadecimal, as it comes as an argument; empty for none
   * @return what goes to standard output: {@code r0} in hexadecimal
   * @throws IllegalArgumentException if either is no hexadecimal
   * @throws Exception if the engine refuses or fails
   */
  public static String plugin(String program, String memory, ConformanceEngine engine)
      throws Exception {
    byte[] code = hex("program", program);
    if (code.length == 0 || code.length % 8 != 0) {
      throw new IllegalArgumentException(
          "a program is a whole number of 8-byte slots, but this has " + code.length + " bytes");
    }
    return Long.toHexString(engine.run(code, hex("memory", memory)));
  }

  /**
   * Bytes in hexadecimal, with blanks anywhere.
   *
   * @param what what they are, for the message
   * @throws IllegalArgumentException if they are none
   */
  public static byte[] hex(String what, String text) {
    String digits = text.replaceAll("\\s", "");
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException notHex) {
      throw new IllegalArgumentException("the " + what + " is no hexadecimal", notHex);
    }
  }

  /**
   * Runs all {@code .data} files of a folder and the folders in it, in the order of their names.
   * Those in a folder called {@code negative} are to be refused.
   *
   * @throws IOException if the folder cannot be read
   */
  public static List<Report> runFolder(Path folder, ConformanceEngine engine) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder, 4)) {
      files = walk.filter(p -> p.toString().endsWith(".data")).sorted().toList();
    }
    List<Report> reports = new ArrayList<>();
    for (Path path : files) {
      boolean negative = path.getParent() != null && path.getParent().endsWith("negative");
      String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
      DataFile file = DataFile.parse(path.getFileName().toString(), text);
      reports.add(run(file, negative, engine));
    }
    return reports;
  }
}
