package dev.skep.kernel;

import dev.skep.object.BpfObject;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.RunningKernel;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.reader.ObjectReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads objects for the running kernel: its types and configuration, and where an object asks for
 * them its symbols ({@code /proc/kallsyms}, a tenth of a second to read) and its modules' types.
 */
final class ObjectFiles {

  private static final Pattern MISSING = Pattern.compile("has no (?:function|variable) '([^']+)'");

  private ObjectFiles() {}

  static ReadOptions options(Kernel kernel) {
    return RunningKernel.options().withKernelBtf(kernel.btf());
  }

  static ReadResult read(Kernel kernel, byte[] file, String name) {
    ReadOptions options = options(kernel);
    ReadResult result = ObjectReader.read(file, name, options);
    if (result instanceof ReadResult.Read read && missesSymbols(read.object())) {
      options = options.withKernelSymbols(RunningKernel.symbols());
      result = ObjectReader.read(file, name, options);
    }
    return result instanceof ReadResult.Refused refused
        ? readWithModule(kernel, file, name, options, refused)
        : result;
  }

  private static boolean missesSymbols(BpfObject object) {
    return object.warnings().stream()
        .anyMatch(
            w -> w.rule().equals("object/extern-unresolved") && w.message().contains("address"));
  }

  /**
   * A module's types hold the kernel's too, with the same ids: an object that calls a function of a
   * module is read against them.
   */
  private static ReadResult readWithModule(
      Kernel kernel, byte[] file, String name, ReadOptions options, ReadResult.Refused refused) {
    for (Diagnostic d : refused.diagnostics()) {
      Matcher m = MISSING.matcher(d.message());
      if (d.rule().equals("object/extern") && m.find()) {
        String wanted = m.group(1);
        try (var types = new ModuleTypes(kernel)) {
          ModuleTypes.Place place = types.find(t -> t.find(wanted, type -> isDefinition(type)));
          if (place != null && place.module() != null) {
            return ObjectReader.read(file, name, options.withKernelBtf(place.module().types()));
          }
        }
      }
    }
    return refused;
  }

  private static boolean isDefinition(dev.skep.btf.BtfType type) {
    return type instanceof dev.skep.btf.BtfType.Func || type instanceof dev.skep.btf.BtfType.Var;
  }
}
