package dev.skep.assembler;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The catalog's helpers, as the assembler asks for them. */
public final class CatalogNames implements HelperNames {

  /** The only one. */
  public static final CatalogNames INSTANCE = new CatalogNames();

  private CatalogNames() {}

  @Override
  public @Nullable Integer id(String name) {
    HelperPrototype helper = Helpers.byName(name.startsWith("bpf_") ? name.substring(4) : name);
    return helper == null ? null : helper.id();
  }

  @Override
  public @Nullable String name(int id) {
    HelperPrototype helper = Helpers.byId(id);
    return helper == null ? null : "bpf_" + helper.name();
  }

  @Override
  public Collection<String> names() {
    List<String> names = new ArrayList<>();
    for (int id = 1; id <= Helpers.LAST_ID; id++) {
      String name = name(id);
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }
}
