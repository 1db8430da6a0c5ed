package dev.skep.verifier.cfg;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.FunctionInfo;
import dev.skep.verifier.path.Environment;
import java.util.List;

/**
 * The function that takes over when {@code bpf_throw} ends a program: named by a tag of the main
 * function ({@code bpf_find_exception_callback_insn_off}).
 */
final class ExceptionCallback {

  private static final String TAG = "exception_callback:";

  private ExceptionCallback() {}

  /** Its first instruction, 0 if the program names none. */
  static int start(Environment env) {
    List<FunctionInfo> functions = env.program.functions();
    Btf btf = env.program.btf();
    if (functions.isEmpty() || btf == null) {
      return 0;
    }
    List<String> names =
        btf.declTags(functions.getFirst().typeId(), -1).stream()
            .filter(tag -> tag.startsWith(TAG))
            .map(tag -> tag.substring(TAG.length()))
            .toList();
    if (names.isEmpty()) {
      return 0;
    }
    if (names.size() > 1) {
      throw env.refuse("EEXIST", "multiple exception callback tags for main subprog");
    }
    String name = names.getFirst();
    int id = btf.findFunc(name).orElse(-1);
    if (id < 0 || !(btf.type(id) instanceof BtfType.Func function)) {
      throw env.refuse("ENOENT", "exception callback '" + name + "' could not be found in BTF");
    }
    if (function.linkage() != BtfType.Linkage.GLOBAL) {
      throw env.invalid("exception callback '" + name + "' must have global linkage");
    }
    int start = 0;
    for (FunctionInfo info : functions) {
      if (info.typeId() == id) {
        start = info.pc();
        if (start == 0) {
          env.log.message("invalid exception callback insn_off in func_info: 0");
        }
      }
    }
    if (start == 0) {
      throw env.invalid("exception callback type id not found in func_info");
    }
    return start;
  }
}
