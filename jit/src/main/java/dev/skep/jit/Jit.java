package dev.skep.jit;

import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Engine;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Linker;
import dev.skep.runtime.Machine;
import org.jspecify.annotations.Nullable;

/**
 * The engine that makes Java bytecode of programs, which HotSpot makes machine code of.
 *
 * <p>Programs need not be verified: every access is checked, as far as it is not proven by the
 * compiler itself, and what goes wrong is the interpreter's {@link dev.skep.runtime.Trap}, with the
 * same place and reason. One thing differs: a run is charged for its loops only, and for those of
 * few turns when they are left, so it may pass its budget by what one such loop executes before it
 * is stopped.
 */
public final class Jit implements Engine {

  /**
   * What the compiler takes on.
   *
   * @param instructions most instructions of a function; larger ones are left to the fallback
   */
  public record Limits(int instructions) {
    /** A fifth of what the kernel takes: about a second of compiling. */
    public static final Limits DEFAULT = new Limits(200_000);
  }

  private final @Nullable Engine fallback;
  private final Limits limits;

  /** A compiler that refuses programs with functions beyond its limits. */
  public Jit() {
    this(null, Limits.DEFAULT);
  }

  /** A compiler that leaves functions beyond its limits to another engine, and reports them. */
  public Jit(Engine fallback) {
    this(fallback, Limits.DEFAULT);
  }

  /** A compiler with limits of its own. */
  public Jit(@Nullable Engine fallback, Limits limits) {
    this.fallback = fallback;
    this.limits = limits;
  }

  @Override
  public String name() {
    return "jit";
  }

  @Override
  public JitProgram prepare(ProgramSpec program, Machine machine) {
    LinkedProgram linked = Linker.link(program, machine);
    JitProgram compiled =
        new JitProgram(
            linked,
            fallback == null ? new Limits(Integer.MAX_VALUE) : limits,
            () -> {
              if (fallback == null) {
                throw new IllegalStateException("this compiler has no fallback");
              }
              return fallback.prepare(program, machine);
            });
    linked.bind(compiled);
    return compiled;
  }
}
