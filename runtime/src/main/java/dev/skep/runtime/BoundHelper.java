package dev.skep.runtime;

import dev.skep.object.ProgramSpec;

/**
 * A kernel function that works differently for each program that calls it, such as {@code
 * bpf_obj_new}, whose argument is a type of the program's. The linker binds it.
 */
public interface BoundHelper extends Helper {

  /** The function as one instruction of a program calls it. */
  Helper bind(ProgramSpec program, int pc);

  @Override
  default long call(Cpu cpu, long r1, long r2, long r3, long r4, long r5) {
    throw new IllegalStateException("bound by the linker");
  }
}
