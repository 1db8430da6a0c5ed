package dev.skep.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the catalog's data files: text lines, {@code #} starts a comment line. Written without
 * regular expressions and streams because it runs at every start of the command.
 */
final class DataFile {

  private DataFile() {}

  /** The lines of a file beside this class that are neither empty nor a comment. */
  static List<String> lines(String name) {
    String text;
    try (InputStream in = DataFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the catalog's data file " + name + " is missing");
      }
      text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalStateException("the catalog's data file " + name + " cannot be read", e);
    }
    List<String> lines = new ArrayList<>();
    for (String line : split(text, '\n')) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        lines.add(line);
      }
    }
    return lines;
  }

  /** The words of a line, separated by any number of spaces. */
  static String[] words(String line) {
    List<String> words = new ArrayList<>();
    int length = line.length();
    int i = 0;
    while (i < length) {
      if (line.charAt(i) == ' ') {
        i++;
        continue;
      }
      int end = line.indexOf(' ', i);
      if (end < 0) {
        end = length;
      }
      words.add(line.substring(i, end));
      i = end;
    }
    return words.toArray(new String[0]);
  }

  /** The first words of a line and, as one more, all that follows them. */
  static String[] firstWords(String line, int count) {
    String[] words = new String[count + 1];
    int start = 0;
    for (int i = 0; i < count; i++) {
      int end = line.indexOf(' ', start);
      if (end < 0) {
        end = line.length();
      }
      words[i] = line.substring(start, end);
      start = Math.min(end + 1, line.length());
    }
    words[count] = line.substring(start);
    return words;
  }

  /** The parts between separators; a last empty part is left out. */
  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf(separator, start);
      if (end < 0) {
        end = text.length();
      }
      parts.add(text.substring(start, end));
      start = end + 1;
    }
    return parts;
  }

  /** A version written {@code 6.12} or {@code 6.12.117}. */
  static KernelVersion version(String text) {
    int dot = text.indexOf('.');
    int second = text.indexOf('.', dot + 1);
    int major = Integer.parseInt(text, 0, dot, 10);
    int end = second < 0 ? text.length() : second;
    int minor = Integer.parseInt(text, dot + 1, end, 10);
    return second < 0
        ? new KernelVersion(major, minor)
        : new KernelVersion(major, minor, Integer.parseInt(text, second + 1, text.length(), 10));
  }
}
