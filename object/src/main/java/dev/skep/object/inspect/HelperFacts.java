package dev.skep.object.inspect;

import dev.skep.catalog.KernelVersion;
import org.jspecify.annotations.Nullable;

/** What is known of helpers; the catalog implements it. */
public interface HelperFacts {

  /** Knows nothing. */
  HelperFacts NONE =
      new HelperFacts() {
        @Override
        public @Nullable String name(int id) {
          return null;
        }

        @Override
        public @Nullable KernelVersion since(int id) {
          return null;
        }
      };

  /** The helper's name, such as {@code bpf_map_lookup_elem}, or null. */
  @Nullable String name(int id);

  /** The Linux release that brought it, or null if that is not known. */
  @Nullable KernelVersion since(int id);
}
