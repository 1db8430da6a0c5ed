package dev.skep.assembler;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A handful of helpers. */
enum TestHelpers implements HelperNames {
  INSTANCE;

  private static final Map<String, Integer> IDS =
      Map.of(
          "bpf_map_lookup_elem", 1,
          "bpf_map_update_elem", 2,
          "bpf_ktime_get_ns", 5,
          "bpf_trace_printk", 6);

  @Override
  public @Nullable Integer id(String name) {
    return IDS.get(name);
  }

  @Override
  public @Nullable String name(int id) {
    return IDS.entrySet().stream()
        .filter(e -> e.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public Collection<String> names() {
    return IDS.keySet();
  }
}
