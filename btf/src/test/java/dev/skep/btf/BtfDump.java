package dev.skep.btf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code BtfDump raw|json|c FILE OUT}. */
public final class BtfDump {

  private BtfDump() {}

  /** Prints a file of raw BTF. */
  public static void main(String[] args) throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      long start = System.nanoTime();
      Btf btf = BtfReader.readFile(Path.of(args[1]));
      btf.idsNamed("task_struct");
      long loaded = System.nanoTime();
      System.gc();
      long after = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      System.out.printf("%d ms, %d KiB%n", (loaded - start) / 1_000_000, (after - before) / 1024);
      Files.writeString(
          Path.of(args[2]),
          switch (args[0]) {
            case "raw" -> BtfRawPrinter.print(btf);
            case "json" -> BtfJsonPrinter.print(btf);
            default -> BtfCPrinter.print(btf);
          });
    }
  }
}
