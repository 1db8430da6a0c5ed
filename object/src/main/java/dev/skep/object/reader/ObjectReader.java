package dev.skep.object.reader;

import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.object.elf.Elf;
import dev.skep.object.elf.EmbeddedObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads BPF objects as clang and GCC write them, into what libbpf would submit to a kernel.
 *
 * <p>The result is the same maps, instructions, function and line records as libbpf's for the
 * kernel that the options describe. Besides what libbpf 1.0 takes, legacy {@code maps} sections and
 * section names of older loaders are accepted, with a warning.
 */
public final class ObjectReader {

  /** Larger files are refused: no BPF object comes near. */
  public static final long MAX_FILE_SIZE = 256L << 20;

  private ObjectReader() {}

  /**
   * Reads an object.
   *
   * <p>Malformed and hostile input gives {@link ReadResult.Refused}; time and memory are bounded by
   * the file's size.
   *
   * @param file the file's bytes, which must not change afterwards
   * @param fileName its name, for messages, and for the names of maps of global data
   */
  public static ReadResult read(byte[] file, String fileName, ReadOptions options) {
    return Reading.run(file, fileName, fileName, options);
  }

  /**
   * Reads an object from a file.
   *
   * @throws IOException if the file cannot be read
   */
  public static ReadResult read(Path file, ReadOptions options) throws IOException {
    if (Files.size(file) > MAX_FILE_SIZE) {
      throw new IOException(file + " has more than 256 MiB; no BPF object is that large");
    }
    return read(Files.readAllBytes(file), file.toString(), options);
  }

  /**
   * Reads a file that is an object, or an executable that has objects inside, as libbpf's skeletons
   * put them there.
   *
   * @return at least one result, in the order of the file; a single refusal if there is no object
   */
  public static List<ReadResult> readAll(byte[] file, String fileName, ReadOptions options) {
    List<EmbeddedObjects.Embedded> inside = inside(file);
    if (inside.isEmpty()) {
      return List.of(
          isOtherElf(file) ? nothingInside(file, fileName) : read(file, fileName, options));
    }
    // A skeleton names its object after its source, NAME.bpf.c: NAME_bpf.
    String name = nameOf(fileName) + "_bpf";
    return inside.stream()
        .map(object -> Reading.run(object.bytes(), fileName, name, options))
        .toList();
  }

  /** The objects inside a file that is none itself, in its order; empty if it is an object. */
  public static List<EmbeddedObjects.Embedded> inside(byte[] file) {
    return EmbeddedObjects.isObject(file) ? List.of() : EmbeddedObjects.find(file);
  }

  /** An ELF file for another machine; one for machine 0 is taken for an old clang's object. */
  private static boolean isOtherElf(byte[] file) {
    return file.length >= 20
        && file[0] == 0x7f
        && file[1] == 'E'
        && file[2] == 'L'
        && file[3] == 'F'
        && file[5] == 1
        && machine(file) != 0
        && machine(file) != Elf.EM_BPF;
  }

  private static int machine(byte[] file) {
    return file[18] & 0xff | (file[19] & 0xff) << 8;
  }

  private static ReadResult nothingInside(byte[] file, String fileName) {
    return new ReadResult.Refused(
        List.of(
            Diagnostic.error(
                    "object/not-bpf",
                    Location.atByte(fileName, 18),
                    "this ELF file is for machine %d, not for BPF (%d), and no BPF object is inside it"
                        .formatted(machine(file), Elf.EM_BPF))
                .withHelp(
                    "name an object that clang -target bpf made, or a program with libbpf"
                        + " skeletons")));
  }

  /**
   * An object's name as libbpf derives it: the file's name without directories, cut to 15
   * characters, then up to its first dot.
   */
  public static String nameOf(String fileName) {
    String base = fileName.substring(fileName.lastIndexOf('/') + 1);
    base = base.substring(0, Math.min(base.length(), 15));
    int dot = base.indexOf('.');
    return dot < 0 ? base : base.substring(0, dot);
  }
}
