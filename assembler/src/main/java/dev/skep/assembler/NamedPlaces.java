package dev.skep.assembler;

import org.jspecify.annotations.Nullable;

/** The names that a disassembler prints for what instructions refer to. */
interface NamedPlaces {

  /** The label of a slot that the program jumps to or calls, or null to print the distance. */
  @Nullable String label(int pc);

  /** A helper's name, or null. */
  @Nullable String helper(int id);

  /** The name of the kernel function that is called at a slot, or null. */
  @Nullable String kfunc(int pc);

  /** The name of a program's map by its index, or null. */
  @Nullable String map(int index);
}
