package dev.skep.catalog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One argument of a helper.
 *
 * @param kind the base type
 * @param flags its refinements; an unmodifiable set in the order of the kernel's bits
 * @param size bytes of memory with {@link TypeFlag#MEM_FIXED_SIZE}, else 0
 * @param btfType the kernel structure that a BTF pointer must point to, such as {@code task_struct}
 */
public record Argument(ArgumentKind kind, Set<TypeFlag> flags, int size, @Nullable String btfType) {

  /** Whether the argument's type has the flag. */
  public boolean has(TypeFlag flag) {
    return flags.contains(flag);
  }
}
