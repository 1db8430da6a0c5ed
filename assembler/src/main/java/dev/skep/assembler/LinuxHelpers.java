package dev.skep.assembler;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The helpers of Linux 6.18. */
enum LinuxHelpers implements HelperNames {
  INSTANCE;

  private static final class All {
    static final List<String> NAMES = names();

    private static List<String> names() {
      List<String> names = new ArrayList<>();
      for (int id = 1; id <= Helpers.LAST_ID; id++) {
        HelperPrototype helper = Helpers.byId(id);
        if (helper != null) {
          names.add(helper.kernelName());
        }
      }
      return List.copyOf(names);
    }
  }

  @Override
  public @Nullable Integer id(String name) {
    HelperPrototype helper = name.startsWith("bpf_") ? Helpers.byName(name) : null;
    return helper == null ? null : Integer.valueOf(helper.id());
  }

  @Override
  public @Nullable String name(int id) {
    HelperPrototype helper = Helpers.byId(id);
    return helper == null ? null : helper.kernelName();
  }

  @Override
  public Collection<String> names() {
    return All.NAMES;
  }
}
