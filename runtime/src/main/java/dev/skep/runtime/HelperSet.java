package dev.skep.runtime;

import java.util.Map;

/**
 * Helpers and kernel functions that every machine has, unless its builder puts others in their
 * place. Sets are found by {@link java.util.ServiceLoader}, so that what a machine is need not know
 * what its helpers do; skep's own is {@link dev.skep.runtime.helper.Helpers}.
 */
public interface HelperSet {

  /** Helpers by number. */
  Map<Integer, HelperEntry> helpers();

  /** Kernel functions by name. */
  Map<String, Helper> kfuncs();
}
