package dev.skep.kernel;

/** When an update of a map may happen. */
public enum UpdateMode {
  /** {@code BPF_ANY}: create or replace. */
  ANY,
  /** {@code BPF_NOEXIST}: create only, otherwise {@code EEXIST}. */
  NOEXIST,
  /** {@code BPF_EXIST}: replace only, otherwise {@code ENOENT}. */
  EXIST;

  /** The flag's number. */
  public long flag() {
    return ordinal();
  }
}
