package dev.skep.object;

import dev.skep.btf.BtfReader;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.writer.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads an object for the running kernel and writes it again: {@code Rewrite FROM TO}…. */
public final class Rewrite {

  private Rewrite() {}

  /** Rewrites. */
  public static void main(String[] args) throws IOException {
    ReadOptions options =
        ReadOptions.defaults().withKernelBtf(BtfReader.runningKernel().orElse(null));
    for (int i = 0; i < args.length; i += 2) {
      BpfObject object = ObjectReader.read(Path.of(args[i]), options).orElseThrow();
      Files.write(Path.of(args[i + 1]), ObjectWriter.write(object));
    }
  }
}
