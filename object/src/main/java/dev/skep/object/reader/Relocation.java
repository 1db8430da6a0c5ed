package dev.skep.object.reader;

/** What an instruction refers to; {@code pc} is relative to its function. */
sealed interface Relocation {

  int pc();

  /** A map: {@code BPF_PSEUDO_MAP_FD}. */
  record MapReference(int pc, MapDraft map) implements Relocation {}

  /** A global variable: an offset in the only value of a map. */
  record Data(int pc, MapDraft map, long offset) implements Relocation {}

  /** A call of a subprogram at a byte offset in {@code .text}. */
  record Call(int pc, long offset) implements Relocation {}

  /** The address of a subprogram. */
  record SubprogramAddress(int pc, long offset) implements Relocation {}

  /** A call of a kernel function. */
  record ExternCall(int pc, Extern extern) implements Relocation {}

  /** The address of a kernel variable, or a configuration value. */
  record ExternAddress(int pc, Extern extern) implements Relocation {}
}
