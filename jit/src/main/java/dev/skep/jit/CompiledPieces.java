package dev.skep.jit;

import dev.skep.runtime.Cpu;

/** What a class with some pieces of a large function extends. */
abstract class CompiledPieces {

  /**
   * Runs a piece.
   *
   * @param registers r0 to r10, and the loops that {@code may_goto} has left
   * @param pc where in the piece
   * @param piece its number in this class
   * @return the slot at which to go on, or -1 after an exit
   */
  abstract int run(Cpu cpu, int depth, long[] registers, int pc, int piece);
}
