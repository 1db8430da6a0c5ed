package dev.skep.assembler;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of helper functions, with their {@code bpf_}. */
public interface HelperNames {

  /** The helpers of Linux 6.18. */
  HelperNames LINUX = LinuxHelpers.INSTANCE;

  /** Knows no helper: calls then go by number. */
  HelperNames NONE =
      new HelperNames() {
        @Override
        public @Nullable Integer id(String name) {
          return null;
        }

        @Override
        public @Nullable String name(int id) {
          return null;
        }

        @Override
        public Collection<String> names() {
          return List.of();
        }
      };

  /** The number of a helper, or null if there is none of that name. */
  @Nullable Integer id(String name);

  /** The name of a helper, or null if there is none of that number. */
  @Nullable String name(int id);

  /** All names, for suggestions. */
  Collection<String> names();
}
