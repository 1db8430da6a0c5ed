package dev.skep.object;

import dev.skep.object.elf.EmbeddedObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the BPF objects inside executables to files: {@code Extract FOLDER FILE…}. */
public final class Extract {

  private Extract() {}

  /** Extracts. */
  public static void main(String[] args) throws IOException {
    for (int i = 1; i < args.length; i++) {
      Path file = Path.of(args[i]);
      int n = 0;
      for (EmbeddedObjects.Embedded object : EmbeddedObjects.find(Files.readAllBytes(file))) {
        String name = file.getFileName() + (n++ == 0 ? "" : "_" + n) + ".o";
        Files.write(Path.of(args[0], name), object.bytes());
      }
      System.out.println(file + ": " + n);
    }
  }
}
