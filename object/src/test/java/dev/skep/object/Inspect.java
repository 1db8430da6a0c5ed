package dev.skep.object;

import dev.skep.object.inspect.HelperFacts;
import dev.skep.object.inspect.Inspection;
import dev.skep.object.inspect.InspectionPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints a page about each object: {@code Inspect FILE…}. */
public final class Inspect {

  private Inspect() {}

  /** Inspects. */
  public static void main(String[] args) throws IOException {
    for (String arg : args) {
      byte[] file = Files.readAllBytes(Path.of(arg));
      for (ReadResult result : ObjectReader.readAll(file, arg, RunningKernel.options())) {
        System.out.println(
            result
                .asOptional()
                .map(
                    o ->
                        InspectionPrinter.print(
                            Inspection.of(o, HelperFacts.CATALOG, file), HelperFacts.CATALOG))
                .orElseGet(result::toString));
      }
    }
  }
}
