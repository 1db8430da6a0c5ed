package dev.skep.btf;

import java.util.List;

/**
 * A set of BTF types, addressed by id. Id 0 is {@code void}.
 *
 * <p>Split BTF (a module's, on top of the kernel's) continues the ids of its base.
 */
public interface Btf {

  /** One more than the highest id. */
  int typeCount();

  /**
   * The type of an id.
   *
   * @throws BtfFormatException if there is no such type
   */
  BtfType type(int id);

  /** Ids of the types with this name, of any kind, ascending. */
  List<Integer> idsNamed(String name);
}
