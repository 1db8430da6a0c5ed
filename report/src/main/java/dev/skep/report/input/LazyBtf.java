package dev.skep.report.input;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A kernel's types that are read when first asked for: most objects never ask, and reading them
 * would take longer than judging a small program.
 */
final class LazyBtf implements Btf {

  private final Supplier<Btf> source;
  private volatile @Nullable Btf read;

  LazyBtf(Supplier<Btf> source) {
    this.source = source;
  }

  private Btf types() {
    Btf known = read;
    if (known == null) {
      synchronized (this) {
        known = read;
        if (known == null) {
          known = source.get();
          read = known;
        }
      }
    }
    return known;
  }

  @Override
  public int typeCount() {
    return types().typeCount();
  }

  @Override
  public BtfType type(int id) {
    return types().type(id);
  }

  @Override
  public List<Integer> idsNamed(String name) {
    return types().idsNamed(name);
  }

  @Override
  public int firstOwnId() {
    return types().firstOwnId();
  }

  @Override
  public int pointerSize() {
    return types().pointerSize();
  }

  @Override
  public List<Integer> idsWithEssentialName(String essentialName) {
    return types().idsWithEssentialName(essentialName);
  }

  @Override
  public List<String> declTags(int typeId, int component) {
    return types().declTags(typeId, component);
  }
}
