package dev.skep.btf;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes BTF from types.
 *
 * <p>Ids are given out in order, from 1. A type may refer to ids that are added later; {@link
 * #build} checks that they were.
 */
public final class BtfBuilder {

  private final List<BtfType> types = new ArrayList<>(List.of(TypeDecoder.VOID));

  /** An empty builder. */
  public BtfBuilder() {}

  /** A builder that starts with all types of {@code btf}, under the same ids. */
  public static BtfBuilder copyOf(Btf btf) {
    var builder = new BtfBuilder();
    for (int id = 1; id < btf.typeCount(); id++) {
      builder.types.add(btf.type(id));
    }
    return builder;
  }

  /** Adds a type and gives its id. */
  public int add(BtfType type) {
    types.add(type);
    return types.size() - 1;
  }

  /** The id that the next {@link #add} will give. */
  public int nextId() {
    return types.size();
  }

  /** The type of an id that has been given out. */
  public BtfType get(int id) {
    return types.get(id);
  }

  /** Replaces a type, for instance one that was needed before its parts were known. */
  public void set(int id, BtfType type) {
    if (id == 0) {
      throw new IllegalArgumentException("id 0 is void");
    }
    types.set(id, type);
  }

  /**
   * The types so far.
   *
   * @throws BtfFormatException if one refers to an id that does not exist, or cannot be encoded
   */
  public Btf build() {
    return BtfReader.read(BtfWriter.encode(types));
  }
}
