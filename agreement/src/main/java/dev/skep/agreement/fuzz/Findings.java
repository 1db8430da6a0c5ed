package dev.skep.agreement.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Where a campaign stores what it found: one file each, and only a few of the same kind. */
public final class Findings {

  private static final int PER_KIND = 3;

  private final Path directory;
  private final Map<String, Integer> kinds = new HashMap<>();

  /** In this directory, which is made when something is stored. */
  public Findings(Path directory) {
    this.directory = directory;
  }

  /** Whether another finding of this kind is worth its space. Numbers in it do not count. */
  public boolean wants(String kind) {
    return kinds.merge(kind.replaceAll("-?(0x[0-9a-f]+|\\d+)", "N"), 1, Integer::sum) <= PER_KIND;
  }

  /**
   * Writes a file of this name.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void store(String name, String text) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write " + directory.resolve(name) + ": " + e.getMessage(), e);
    }
  }
}
