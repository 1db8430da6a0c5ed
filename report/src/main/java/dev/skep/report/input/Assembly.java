package dev.skep.report.input;

import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.AssemblyResult;
import dev.skep.assembler.Carets;
import dev.skep.assembler.CatalogNames;
import dev.skep.object.BpfObject;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.writer.ObjectWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Assembly sources as input. */
public final class Assembly {

  private Assembly() {}

  /** Whether a file's name says that it is assembly. */
  static boolean isSource(Path file) {
    String name = file.toString();
    return name.endsWith(".s") || name.endsWith(".asm") || name.endsWith(".bpfasm");
  }

  /**
   * Assembles a file for a kernel. What libbpf looks up when it reads an object, such as what a
   * program attaches to, is looked up as if the text had been an object.
   */
  static BpfObject read(Path file, ReadOptions options) {
    BpfObject object =
        read(
            file,
            AssemblyOptions.defaults(CatalogNames.INSTANCE).withKernelBtf(options.kernelBtf()));
    boolean complete =
        object.programs().stream().allMatch(p -> p.attachTarget() == null || p.attachBtfId() != 0);
    if (complete) {
      return object;
    }
    try {
      return ObjectReader.read(ObjectWriter.write(object), file.toString(), options)
              instanceof ReadResult.Read(BpfObject again)
          ? again
          : object;
    } catch (IllegalArgumentException notAnObject) {
      return object;
    }
  }

  /** Assembles a file; ends the command with all errors if there are any. */
  public static BpfObject read(Path file, AssemblyOptions options) {
    AssemblyResult result = Assembler.assemble(Inputs.bytes(file), file.toString(), options);
    @Nullable BpfObject object = result.object();
    if (object != null) {
      return object;
    }
    var details = new ArrayList<String>();
    result.errors().forEach(error -> details.addAll(Carets.render(error).lines().toList()));
    int count = result.errors().size();
    throw new UnreadableException(
        file + ": " + count + (count == 1 ? " error" : " errors"), List.copyOf(details));
  }
}
