package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.AttachTarget;
import dev.skep.kernel.IteratorReader;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel iter pin OBJ PATH [map MAP] [unchecked]}, and {@code iter read LINK}. */
final class IterWords {

  private final Kernel kernel;
  private final Output out;

  IterWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) throws IOException {
    switch (verb) {
      case "read" -> read(words);
      case "pin" -> pin(words);
      default ->
          throw CommandFailure.usage("unknown command 'iter " + verb + "'; there are pin and read");
    }
  }

  /** Prints what an iterator's link writes. */
  private void read(Words words) throws IOException {
    try (KernelLink link = new LinkWords(kernel, out, Pins.NONE).link(words)) {
      words.end();
      try (IteratorReader reader = link.iterate()) {
        out.raw(new String(reader.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  private void pin(Words words) throws IOException {
    Path file = Path.of(words.next("an object file"));
    Path path = Path.of(words.next("a path in a BPF file system"));
    KernelMap map = words.take("map") ? References.map(kernel, words) : null;
    LoadOptions options =
        words.take("unchecked") ? LoadOptions.DEFAULT.unchecked() : LoadOptions.DEFAULT;
    words.end();
    BpfObject object = ProgramLoad.read(kernel, file);
    ProgramSpec spec =
        object.programs().stream()
            .filter(p -> p.section().startsWith("iter"))
            .findFirst()
            .orElseThrow(() -> CommandFailure.unreadable(file + " has no iterator program"));
    try (KernelObject session = kernel.object(object)) {
      KernelProgram program = ProgramLoad.load(session, spec, file, options);
      pin(program, path, map);
    } finally {
      if (map != null) {
        map.close();
      }
    }
  }

  private static void pin(KernelProgram program, Path path, @Nullable KernelMap map) {
    AttachTarget target =
        map == null ? new AttachTarget.Iterator() : new AttachTarget.MapIterator(map);
    try (KernelLink link = program.attach(target)) {
      link.pin(path);
    }
  }
}
