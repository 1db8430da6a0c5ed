package dev.skep.jit;

import dev.skep.runtime.Cpu;
import java.util.Arrays;

/** A function in several Java methods: registers travel between them in memory. */
final class Pieces {

  private static final int MAX_LOOPS = 8 << 20;

  /** Stands for pieces that are still to be made. */
  static final Pieces PLACEHOLDER = new Pieces(0, new CompiledPieces[0], new int[0], 1);

  private final int entry;
  private final CompiledPieces[] classes;
  private final int[] pieceOf;
  private final int perClass;

  Pieces(int entry, CompiledPieces[] classes, int[] pieceOf, int perClass) {
    this.entry = entry;
    this.classes = classes;
    this.pieceOf = pieceOf;
    this.perClass = perClass;
  }

  /** Number of Java methods. */
  int count() {
    return Arrays.stream(pieceOf).max().orElse(-1) + 1;
  }

  /** Runs the function with the registers in the processor's memory, where it leaves them too. */
  void run(Cpu cpu, int depth) {
    int frame = (Cpu.MAX_FRAMES + 1 - depth) * Cpu.FRAME_BYTES;
    Arrays.fill(cpu.stack(), frame - Cpu.FRAME_BYTES, frame, (byte) 0);
    long[] registers = cpu.registers();
    registers[10] = Cpu.STACK_ADDRESS + frame;
    registers[11] = MAX_LOOPS;
    int pc = entry;
    do {
      int piece = pieceOf[pc];
      pc = classes[piece / perClass].run(cpu, depth, registers, pc, piece % perClass);
    } while (pc >= 0);
  }
}
