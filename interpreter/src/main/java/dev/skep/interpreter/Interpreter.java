package dev.skep.interpreter;

import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Engine;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Linker;
import dev.skep.runtime.Machine;

/** The engine whose results define what is right. */
public final class Interpreter implements Engine {

  private final boolean plain;

  /** The interpreter. */
  public Interpreter() {
    this(false);
  }

  private Interpreter(boolean plain) {
    this.plain = plain;
  }

  /**
   * An interpreter without the fast paths of its loop: every instruction as {@code runtime}'s
   * operators define it. Tests compare the two.
   */
  public static Interpreter plain() {
    return new Interpreter(true);
  }

  @Override
  public String name() {
    return "interpreter";
  }

  @Override
  public InterpretedProgram prepare(ProgramSpec program, Machine machine) {
    LinkedProgram linked = Linker.link(program, machine);
    InterpretedProgram interpreted = new InterpretedProgram(linked, PreparedCode.of(linked, plain));
    linked.bind(interpreted);
    return interpreted;
  }

  /** Starts a run that is stepped by hand. The processor is occupied until the run ends. */
  public static Stepper step(InterpretedProgram program, Cpu cpu, Context context) {
    cpu.enter(context);
    cpu.clearFrame();
    return new Stepper(program, cpu, 0).arguments(context.r1(), context.r2(), 0, 0, 0);
  }
}
