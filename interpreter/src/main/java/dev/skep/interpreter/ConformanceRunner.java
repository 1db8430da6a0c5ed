package dev.skep.interpreter;

import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap;
import java.nio.ByteOrder;

/**
 * Runs bare code on bare memory, as the BPF conformance suite calls its plugins: {@code r1} is the
 * memory's address, {@code r2} its length, {@code callx} calls helpers by number.
 */
public final class ConformanceRunner {

  private final Engine engine;

  /** A runner that uses the given engine. */
  public ConformanceRunner(Engine engine) {
    this.engine = engine;
  }

  /**
   * Runs a program.
   *
   * @param code its instructions, little endian
   * @param memory may be empty; is changed by the program
   * @return r0
   * @throws dev.skep.runtime.PrepareException if the code is malformed
   * @throws Trap.Signal if the program traps
   */
  public long run(byte[] code, byte[] memory) {
    ProgramSpec spec =
        ProgramSpec.of(
            "conformance", ProgramType.UNSPEC, Code.ofBytes(code, ByteOrder.LITTLE_ENDIAN));
    Machine machine = Machine.builder().cpus(1).indirectCalls(true).budget(100_000_000).build();
    return switch (engine.prepare(spec, machine).run(Context.raw(memory))) {
      case Outcome.Returned(long r0) -> r0;
      case Outcome.Trapped(Trap trap) -> throw new Trap.Signal(trap);
    };
  }
}
