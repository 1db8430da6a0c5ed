package dev.skep.object.inspect;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.KernelVersion;
import org.jspecify.annotations.Nullable;

/** What is known of helpers. */
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

  /** What the catalog knows. */
  HelperFacts CATALOG =
      new HelperFacts() {
        @Override
        public @Nullable String name(int id) {
          HelperPrototype helper = Helpers.byId(id);
          return helper == null ? null : helper.kernelName();
        }

        @Override
        public @Nullable KernelVersion since(int id) {
          HelperPrototype helper = Helpers.byId(id);
          return helper == null ? null : helper.since();
        }
      };

  /** The helper's name, such as {@code bpf_map_lookup_elem}, or null. */
  @Nullable String name(int id);

  /** The Linux release that brought it, or null if that is not known. */
  @Nullable KernelVersion since(int id);
}
