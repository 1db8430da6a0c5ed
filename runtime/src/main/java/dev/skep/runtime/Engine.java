package dev.skep.runtime;

import dev.skep.object.ProgramSpec;

/** Something that can run programs. */
public interface Engine {

  /** The name as the command line knows it. */
  String name();

  /**
   * Makes a program ready to run on a machine, creating the maps that it needs there.
   *
   * @throws PrepareException if the program is malformed or needs what the machine does not offer
   */
  Executable prepare(ProgramSpec program, Machine machine);
}
