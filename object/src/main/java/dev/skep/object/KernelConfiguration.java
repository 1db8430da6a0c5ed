package dev.skep.object;

import org.jspecify.annotations.Nullable;

/** What a kernel was built with, as far as it is known: some verdicts depend on that. */
@FunctionalInterface
public interface KernelConfiguration {

  /** Nothing is known. */
  KernelConfiguration UNKNOWN = option -> null;

  /**
   * Whether an option is set to {@code y} or {@code m}.
   *
   * @param option its name with {@code CONFIG_}
   * @return null if that is not known
   */
  @Nullable Boolean has(String option);
}
