package dev.skep.object.diagnostic;

import org.jspecify.annotations.Nullable;

/**
 * A place in an input. All parts are optional; numbers are -1 where they do not apply.
 *
 * @param file the input's name as the user gave it
 * @param byteOffset offset in bytes from the start of the file
 * @param program the BPF program
 * @param pc the instruction slot in the program
 * @param source the source line behind it
 */
public record Location(
    @Nullable String file,
    long byteOffset,
    @Nullable String program,
    int pc,
    @Nullable Source source) {

  /** No particular place. */
  public static final Location NOWHERE = new Location(null, -1, null, -1, null);

  /**
   * A place in source text.
   *
   * @param file the source's name
   * @param line counted from 1
   * @param column counted from 1, or 0 if unknown
   * @param text the line itself, or null if it is not known
   */
  public record Source(String file, int line, int column, @Nullable String text) {}

  /** A whole file. */
  public static Location inFile(String file) {
    return new Location(file, -1, null, -1, null);
  }

  /** A byte in a file. */
  public static Location atByte(String file, long byteOffset) {
    return new Location(file, byteOffset, null, -1, null);
  }

  /** A place in a text file such as an assembly source. */
  public static Location inText(String file, int line, int column, @Nullable String text) {
    return new Location(file, -1, null, -1, new Source(file, line, column, text));
  }

  /** An instruction of a program. */
  public static Location inProgram(
      @Nullable String file, String program, int pc, @Nullable Source source) {
    return new Location(file, -1, program, pc, source);
  }
}
