package dev.skep.verifier.path;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program attaches to, as far as its context's types tell: {@code attach_func_name}, {@code
 * attach_func_proto} and {@code ctx_arg_info} of {@code struct bpf_prog_aux}.
 *
 * @param name of the function, tracepoint or member, as messages name it
 * @param btf where its types are
 * @param proto its prototype
 * @param tracepoint whether the prototype starts with the tracepoint's own data, which programs do
 *     not see
 * @param arguments arguments that are more than their type says
 * @param struct the structure that a struct_ops program implements a member of, or null
 */
public record AttachTarget(
    String name,
    Btf btf,
    BtfType.FuncProto proto,
    boolean tracepoint,
    List<Argument> arguments,
    @Nullable String struct) {

  /** What an argument is beyond a pointer of its type. */
  public enum Kind {
    /** A pointer to a structure. */
    STRUCT,
    /** Bytes whose number the program's accesses decide. */
    BUFFER
  }

  /**
   * One of {@code ctx_arg_info}.
   *
   * @param offset bytes from the context's start
   * @param typeId the structure that it points to, 0 for a buffer
   * @param flags {@link dev.skep.verifier.state.TypeFlags}
   * @param referenced whether the program owns a reference, and must give it up
   */
  public record Argument(int offset, Kind kind, int typeId, int flags, boolean referenced) {}

  /** Whether the function returns nothing. */
  public boolean returnsVoid() {
    return proto.returnType() == 0;
  }

  /** The argument at an offset that is more than its type says, or null. */
  public @Nullable Argument argumentAt(int offset) {
    for (Argument argument : arguments) {
      if (argument.offset() == offset) {
        return argument;
      }
    }
    return null;
  }
}
