package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.DeclTag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which subprogram a program names with {@code __exception_cb()}: nothing calls it, but it has to
 * be part of the program.
 */
final class ExceptionCallbacks {

  private static final String PREFIX = "exception_callback:";

  private final Map<String, List<String>> byProgram = new HashMap<>();
  private final Map<String, Function> subprograms = new HashMap<>();

  ExceptionCallbacks(Sections sections, @Nullable Btf btf) {
    if (btf == null) {
      return;
    }
    for (int id = 1; id < btf.typeCount(); id++) {
      if (btf.type(id) instanceof DeclTag tag
          && tag.component() == -1
          && tag.name().startsWith(PREFIX)) {
        if (!(btf.type(tag.type()) instanceof BtfType.Func function)
            || function.linkage() != BtfType.Linkage.GLOBAL) {
          throw new BadObject(
              "object/exception-callback", "an exception callback on what is no program");
        }
        byProgram
            .computeIfAbsent(function.name(), _ -> new ArrayList<>())
            .add(tag.name().substring(PREFIX.length()));
      }
    }
    if (!byProgram.isEmpty()) {
      for (Function function : sections.functions) {
        if (sections.isSubprogram(function)) {
          subprograms.putIfAbsent(function.name, function);
        }
      }
    }
  }

  /** The callback of a program, or null. Of several the kernel will complain. */
  @Nullable Function of(Function program) {
    List<String> names = byProgram.getOrDefault(program.name, List.of());
    if (names.size() != 1) {
      return null;
    }
    Function callback = subprograms.get(names.getFirst());
    if (callback == null || !callback.global || callback.hidden) {
      throw new BadObject(
          "object/exception-callback",
          "program '%s': its exception callback '%s' is no global function in section .text"
              .formatted(program.name, names.getFirst()));
    }
    return callback;
  }
}
