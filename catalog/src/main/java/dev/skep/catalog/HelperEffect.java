package dev.skep.catalog;

/** What a helper does that its prototype does not say: a column of {@code helpers.txt}. */
public enum HelperEffect {
  /** The result is a reference that must be released ({@code is_acquire_function}). */
  ACQUIRES("+acquires"),
  /** The result is the argument's object under another type ({@code is_ptr_cast_function}). */
  CASTS("+casts"),
  /** It updates, deletes, pushes to or pops from a map ({@code record_func_map}). */
  WRITES_MAP("+writes-map"),
  /** It calls a function of the program, before it returns. */
  CALLS_BACK("+calls-back"),
  /** It has a function of the program called later. */
  SETS_CALLBACK("+sets-callback"),
  /** The packet may lie elsewhere afterwards ({@code bpf_helper_changes_pkt_data}). */
  MOVES_PACKET("+moves-packet"),
  /** Loaders without CAP_BPF or CAP_PERFMON cannot use it where they could load the program. */
  PRIVILEGED("+privileged");

  private static final HelperEffect[] ALL = values();

  private final String word;

  HelperEffect(String word) {
    this.word = word;
  }

  /** The bit of a word of the data file. */
  static int bit(String word) {
    for (HelperEffect effect : ALL) {
      if (effect.word.equals(word)) {
        return 1 << effect.ordinal();
      }
    }
    throw new IllegalStateException("helpers.txt has the unknown effect " + word);
  }
}
