package dev.skep.verifier.types;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Behaviour;
import dev.skep.object.FunctionInfo;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.TypeFlags;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a function of the program says about its arguments ({@code btf_prepare_func_args}). */
public final class FunctionPrototypes {

  private static final int MAX_ARGUMENTS = 5;

  /** What an argument is. */
  public enum Kind {
    ANYTHING,
    CONTEXT,
    MEMORY,
    STRUCT,
    DYNPTR,
    ARENA
  }

  /**
   * An argument.
   *
   * @param flags {@link TypeFlags} of a pointer
   * @param size bytes of memory
   * @param typeId structure in the kernel's BTF
   */
  public record Argument(Kind kind, int flags, int size, int typeId) {
    public boolean nullable() {
      return (flags & TypeFlags.PTR_MAYBE_NULL) != 0;
    }

    public boolean untrusted() {
      return (flags & TypeFlags.PTR_UNTRUSTED) != 0;
    }
  }

  /** A reading of a prototype: its arguments, or the error after what the log says. */
  public sealed interface Result {}

  public record Prepared(List<Argument> arguments) implements Result {}

  public record Failed(String errno) implements Result {}

  private enum Tag {
    CTX,
    TRUSTED,
    NONNULL,
    NULLABLE,
    ARENA,
    UNTRUSTED
  }

  private static final Argument ANYTHING = new Argument(Kind.ANYTHING, 0, 0, 0);
  private static final Failed INVALID = new Failed("EINVAL");

  private final Environment env;
  private final ContextTypes contexts;
  private final Map<Integer, Prepared> known = new HashMap<>();

  public FunctionPrototypes(Environment env) {
    this.env = env;
    this.contexts = new ContextTypes(env);
  }

  /** Reads the prototype of a subprogram. */
  public Result prepare(int index) {
    Prepared before = known.get(index);
    if (before != null) {
      return before;
    }
    Btf btf = env.program.btf();
    List<FunctionInfo> functions = env.program.functions();
    if (btf == null
        || index >= functions.size()
        || !(btf.type(functions.get(index).typeId()) instanceof BtfType.Func function)
        || !(btf.type(function.type()) instanceof BtfType.FuncProto proto)) {
      return new Failed("EFAULT");
    }
    Result result = new Reading(btf, functions.get(index).typeId(), function, proto).arguments();
    if (result instanceof Prepared prepared) {
      known.put(index, prepared);
    }
    return result;
  }

  /** One function being read. */
  private final class Reading {

    private final Btf btf;
    private final int id;
    private final BtfType.Func function;
    private final BtfType.FuncProto proto;
    private final boolean global;

    Reading(Btf btf, int id, BtfType.Func function, BtfType.FuncProto proto) {
      this.btf = btf;
      this.id = id;
      this.function = function;
      this.proto = proto;
      this.global = function.linkage() == BtfType.Linkage.GLOBAL;
    }

    private Failed fail(String message) {
      return fail("EINVAL", message);
    }

    private Failed fail(String errno, String message) {
      env.log.message(message);
      return new Failed(errno);
    }

    Result arguments() {
      int count = proto.params().size();
      if (count > MAX_ARGUMENTS) {
        return global
            ? fail(
                "Global function %s() with %d > %d args. Buggy compiler."
                    .formatted(function.name(), count, MAX_ARGUMENTS))
            : INVALID;
      }
      if (!isNumber(btf.resolved(proto.returnType()))) {
        return global
            ? fail(
                "Global function "
                    + function.name()
                    + "() doesn't return scalar. Only those are supported.")
            : INVALID;
      }
      List<Argument> arguments = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Object argument = argument(i);
        if (argument instanceof Failed failed) {
          return failed;
        }
        arguments.add((Argument) argument);
      }
      return new Prepared(arguments);
    }

    /** An {@link Argument} or a {@link Failed}. */
    private Object argument(int index) {
      Set<Tag> tags = EnumSet.noneOf(Tag.class);
      Failed unknown = tags(index, tags);
      if (unknown != null) {
        return unknown;
      }
      int typeId = proto.params().get(index).type();
      BtfType type = btf.resolved(typeId);
      if (type instanceof BtfType.Ptr pointer) {
        Object argument = pointer(pointer, index, tags);
        if (argument != null) {
          return argument;
        }
      }
      if (!tags.isEmpty()) {
        return fail("arg#" + index + " has pointer tag, but is not a pointer type");
      }
      if (isNumber(type)) {
        return ANYTHING;
      }
      return global
          ? fail(
              "Arg#%d type %s in %s() is not supported yet."
                  .formatted(index, BtfNames.kind(type), function.name()))
          : INVALID;
    }

    private @Nullable Failed tags(int index, Set<Tag> tags) {
      if (!env.kernel.has(Behaviour.READS_ARGUMENT_TAGS)) {
        return null;
      }
      for (String tag : btf.declTags(id, index)) {
        if (!tag.startsWith("arg:")) {
          continue;
        }
        if (!global) {
          return fail(
              "EOPNOTSUPP", "arg#" + index + " type tag is not supported in static functions");
        }
        switch (tag.substring("arg:".length())) {
          case "ctx" -> tags.add(Tag.CTX);
          case "trusted" -> tags.add(Tag.TRUSTED);
          case "nonnull" -> tags.add(Tag.NONNULL);
          case "nullable" -> tags.add(Tag.NULLABLE);
          case "arena" -> tags.add(Tag.ARENA);
          case "untrusted" -> tags.add(Tag.UNTRUSTED);
          default -> {
            return fail("EOPNOTSUPP", "arg#" + index + " has unsupported set of tags");
          }
        }
      }
      return null;
    }

    /** An {@link Argument}, a {@link Failed}, or null for a static function's other pointer. */
    private @Nullable Object pointer(BtfType.Ptr pointer, int index, Set<Tag> tags) {
      String prefix = "arg#" + index;
      if (tags.contains(Tag.CTX) || contexts.isContext(btf, pointer)) {
        if (!tags.isEmpty() && !tags.equals(EnumSet.of(Tag.CTX))) {
          return fail(prefix + " has invalid combination of tags");
        }
        String complaint = tags.isEmpty() ? null : contexts.complaint(btf, pointer, index);
        return complaint == null ? new Argument(Kind.CONTEXT, 0, 0, 0) : fail(complaint);
      }
      if (isDynptr(pointer)) {
        return tags.isEmpty()
            ? new Argument(Kind.DYNPTR, TypeFlags.MEM_RDONLY, 0, 0)
            : fail(prefix + " has invalid combination of tags");
      }
      if (tags.contains(Tag.TRUSTED)) {
        if (tags.contains(Tag.NONNULL)) {
          return fail(prefix + " has invalid combination of tags");
        }
        int nullable = tags.contains(Tag.NULLABLE) ? TypeFlags.PTR_MAYBE_NULL : 0;
        return structure(pointer, index, TypeFlags.PTR_TRUSTED | nullable);
      }
      if (tags.contains(Tag.UNTRUSTED)) {
        return untrusted(pointer, index, tags);
      }
      if (tags.contains(Tag.ARENA)) {
        return tags.size() == 1
            ? new Argument(Kind.ARENA, 0, 0, 0)
            : fail(prefix + " arena cannot be combined with any other tags");
      }
      return global ? memory(pointer, index, tags) : null;
    }

    private Object memory(BtfType.Ptr pointer, int index, Set<Tag> tags) {
      if (tags.contains(Tag.NULLABLE)) {
        return fail("arg#" + index + " has invalid combination of tags");
      }
      BtfType pointee = btf.resolved(pointer.type());
      long size = pointee instanceof BtfType.Void ? -1 : btf.sizeOf(pointer.type());
      if (size < 0) {
        return fail(
            "arg#%d reference type('%s %s') size cannot be determined: -22"
                .formatted(index, BtfNames.kind(pointee), BtfNames.name(pointee)));
      }
      int flags = tags.contains(Tag.NONNULL) ? 0 : TypeFlags.PTR_MAYBE_NULL;
      return new Argument(Kind.MEMORY, flags, (int) size, 0);
    }

    private Object untrusted(BtfType.Ptr pointer, int index, Set<Tag> tags) {
      if (tags.size() != 1) {
        return fail("arg#" + index + " untrusted cannot be combined with any other tags");
      }
      BtfType pointee = btf.resolved(pointer.type());
      if (pointee instanceof BtfType.Void || isNumber(pointee)) {
        return new Argument(Kind.MEMORY, TypeFlags.MEM_RDONLY | TypeFlags.PTR_UNTRUSTED, 0, 0);
      }
      Object found = structure(pointer, index, TypeFlags.PTR_UNTRUSTED);
      Btf kernel = env.profile.kernelBtf();
      if (found instanceof Argument argument
          && kernel != null
          && !(kernel.type(argument.typeId()) instanceof BtfType.Struct)) {
        return fail(
            "arg#%d has type %s '%s', but only struct or primitive types are allowed"
                .formatted(
                    index,
                    BtfNames.kind(kernel.type(argument.typeId())),
                    kernel.type(argument.typeId()).name()));
      }
      return found;
    }

    /** The kernel's type of the same kind and name, apart from what follows three underscores. */
    private Object structure(BtfType.Ptr pointer, int index, int flags) {
      Btf kernel = env.profile.kernelBtf();
      if (kernel == null) {
        throw env.notModelled("argument that is a kernel structure, without the kernel's types");
      }
      BtfType wanted = btf.resolved(pointer.type());
      String name = BtfNames.name(wanted);
      int flavour = name.indexOf("___");
      String essential = flavour > 0 ? name.substring(0, flavour) : name;
      List<Integer> found = new ArrayList<>();
      for (int candidate : kernel.idsNamed(essential)) {
        if (BtfNames.kind(kernel.type(candidate)).equals(BtfNames.kind(wanted))) {
          found.add(candidate);
        }
      }
      if (found.size() != 1) {
        return fail(
            found.isEmpty() ? "ENOENT" : "ESRCH",
            "arg#%d reference type('%s %s') %s"
                .formatted(
                    index,
                    BtfNames.kind(wanted),
                    name,
                    found.isEmpty() ? "has no matches" : "is ambiguous"));
      }
      return new Argument(Kind.STRUCT, flags, 0, found.getFirst());
    }

    private boolean isDynptr(BtfType.Ptr pointer) {
      return btf.resolved(pointer.type()) instanceof BtfType.Struct s
          && (s.name().equals("bpf_dynptr") || s.name().equals("bpf_dynptr_kern"));
    }
  }

  private static boolean isNumber(BtfType type) {
    return switch (type) {
      case BtfType.Int i -> true;
      case BtfType.Enum e -> true;
      case BtfType.Enum64 e -> true;
      default -> false;
    };
  }
}
