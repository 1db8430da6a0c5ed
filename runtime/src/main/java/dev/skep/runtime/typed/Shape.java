package dev.skep.runtime.typed;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import org.jspecify.annotations.Nullable;

/**
 * A piece of memory with its type, if that is known.
 *
 * @param btf where the type is, or null
 * @param typeId 0 if it is not known
 * @param size bytes
 */
public record Shape(@Nullable Btf btf, int typeId, int size) {

  /** Memory of which only the size is known. */
  public static Shape of(int size) {
    return new Shape(null, 0, size);
  }

  /** The type behind modifiers and typedefs, or null. */
  @Nullable BtfType type() {
    return btf == null || typeId == 0 ? null : btf.resolved(typeId);
  }

  Shape inner(int id) {
    long bytes = btf == null ? 0 : btf.sizeOf(id);
    return new Shape(btf, id, (int) Math.max(bytes, 0));
  }
}
