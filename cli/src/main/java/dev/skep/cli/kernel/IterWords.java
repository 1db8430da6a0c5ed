package dev.skep.cli.kernel;

import dev.skep.cli.CommandFailure;
import dev.skep.kernel.AttachTarget;
import dev.skep.kernel.IteratorReader;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel iter pin OBJ PATH [map MAP]}, and {@code iter read LINK}. */
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
    try (KernelLink link = new LinkWords(kernel, out).link(words)) {
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
    words.end();
    BpfObject object = ProgramLoad.read(kernel, file);
    ProgramSpec spec =
        object.programs().stream()
            .filter(p -> p.section().startsWith("iter"))
            .findFirst()
            .orElseThrow(() -> CommandFailure.unreadable(file + " has no iterator program"));
    new ProgramLoad(kernel).requireAccepted(spec, file);
    try (KernelObject session = kernel.object(object)) {
      pin(session, spec, file, path, map);
    } finally {
      if (map != null) {
        map.close();
      }
    }
  }

  private static void pin(
      KernelObject session, ProgramSpec spec, Path file, Path path, @Nullable KernelMap map) {
    KernelProgram program =
        switch (session.load(spec, LoadOptions.DEFAULT)) {
          case LoadResult.Loaded l -> l.program();
          case LoadResult.Refused r ->
              throw CommandFailure.refused(
                  "the kernel refuses %s of %s: %s: %s"
                      .formatted(spec.name(), file, r.errnoName(), r.reason()),
                  List.of(r.log().strip().split("\n", -1)));
        };
    AttachTarget target =
        map == null ? new AttachTarget.Iterator() : new AttachTarget.MapIterator(map);
    try (KernelLink link = program.attach(target)) {
      link.pin(path);
    }
  }
}
