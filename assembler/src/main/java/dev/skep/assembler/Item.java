package dev.skep.assembler;

import dev.skep.assembler.Problems.Place;
import dev.skep.isa.Instruction;
import org.jspecify.annotations.Nullable;

/**
 * An instruction of the text, before its names are resolved.
 *
 * @param instruction what was read; offsets that depend on names are 0
 * @param reference the name that it depends on, or null
 * @param place where it stands
 * @param pc the slot that a pasted listing gives it, or -1
 * @param source the line of another language that a {@code .loc} names, or null
 */
record Item(
    Instruction instruction,
    @Nullable Reference reference,
    Place place,
    int pc,
    @Nullable SourceLine source) {

  /** A line of the source that the text was made from. */
  record SourceLine(String file, Place place) {}

  /** A name that an instruction needs. */
  sealed interface Reference {
    String name();
  }

  /** A jump's label. */
  record Label(String name, long addend) implements Reference {}

  /** What is called: a function of the file, a helper, or a declared kernel function. */
  record Callee(String name, long addend, boolean local) implements Reference {}

  /** A map, or a variable in a data section, whose address is loaded. */
  record Symbol(String name, long addend) implements Reference {}

  /** A map named with brackets: {@code map[name]}, {@code map[name][0]+8}. */
  record MapName(String name, boolean value, long addend) implements Reference {}

  /** A kernel function by name. */
  record Kfunc(String name) implements Reference {}
}
