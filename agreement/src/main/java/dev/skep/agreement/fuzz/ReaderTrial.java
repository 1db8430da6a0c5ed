package dev.skep.agreement.fuzz;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfCPrinter;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfJsonPrinter;
import dev.skep.btf.BtfRawPrinter;
import dev.skep.btf.BtfReader;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.EmbeddedObjects;
import dev.skep.object.inspect.Inspection;
import dev.skep.object.inspect.InspectionPrinter;
import dev.skep.object.inspect.Submission;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.writer.ObjectWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads bytes that may be hostile, with everything that commands do to an object or to types.
 *
 * <p>Input must give a diagnostic or the documented exception, with words in it; {@link #run}
 * throws whatever else comes of it.
 */
public final class ReaderTrial {

  private final ReadOptions options;

  /** Reads with these options; a kernel's types among them make CO-RE run. */
  public ReaderTrial(ReadOptions options) {
    this.options = options;
  }

  /** The objects in files, and the types in the objects: what to damage. */
  public static List<byte[]> seeds(byte[] file) {
    var seeds = new ArrayList<byte[]>();
    if (BtfReader.isBtf(file)) {
      seeds.add(file);
      return seeds;
    }
    for (EmbeddedObjects.Embedded object : EmbeddedObjects.find(file)) {
      seeds.add(object.bytes());
      ElfFile elf = ElfFile.read(object.bytes());
      for (ElfSection section : elf.sections()) {
        if (section.name().equals(".BTF")) {
          seeds.add(elf.data(section));
        }
      }
    }
    return seeds;
  }

  /**
   * Tries an input.
   *
   * @return whether it is still readable
   */
  public boolean run(byte[] input) {
    return BtfReader.isBtf(input) ? types(input) : objects(input);
  }

  private boolean objects(byte[] input) {
    boolean readable = false;
    for (ReadResult result : ObjectReader.readAll(input, "input.o", options)) {
      Submission.print(result);
      switch (result) {
        case ReadResult.Refused refused ->
            refused.diagnostics().forEach(d -> requireWords(d.message(), "a diagnostic"));
        case ReadResult.Read read -> {
          readable = true;
          InspectionPrinter.print(Inspection.of(read.object(), input));
          Btf btf = read.object().btf();
          if (btf != null) {
            print(btf);
          }
          try {
            ObjectWriter.write(read.object());
          } catch (IllegalArgumentException | BtfFormatException e) {
            requireWords(e.getMessage(), e.toString());
          }
        }
      }
    }
    return readable;
  }

  private static boolean types(byte[] input) {
    Btf btf;
    try {
      btf = BtfReader.read(input);
    } catch (BtfFormatException e) {
      requireWords(e.getMessage(), e.toString());
      return false;
    }
    print(btf);
    for (int id = 0; id < btf.typeCount(); id++) {
      question(btf, id);
    }
    try {
      BtfReader.read(input, btf).typeCount(); // as a module's types on top of themselves
    } catch (BtfFormatException e) {
      requireWords(e.getMessage(), e.toString());
    }
    return true;
  }

  private static void print(Btf btf) {
    try {
      BtfRawPrinter.print(btf);
      BtfJsonPrinter.print(btf);
      BtfCPrinter.print(btf);
    } catch (BtfFormatException e) {
      requireWords(e.getMessage(), e.toString());
    }
  }

  private static void question(Btf btf, int id) {
    try {
      btf.sizeOf(id);
      btf.alignOf(id);
      btf.typeTags(id);
      btf.findMember(id, "no such member");
      btf.memberAt(id, 4);
    } catch (BtfFormatException e) {
      requireWords(e.getMessage(), e.toString());
    }
  }

  private static void requireWords(@org.jspecify.annotations.Nullable String words, String of) {
    if (words == null || words.isBlank()) {
      throw new IllegalStateException("no words in " + of);
    }
  }
}
