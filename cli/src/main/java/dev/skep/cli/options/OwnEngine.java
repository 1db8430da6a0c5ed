package dev.skep.cli.options;

import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import dev.skep.runtime.Engine;
import java.util.Locale;

/** skep's own engines, as options name them. */
public enum OwnEngine {
  /** The reference. */
  INTERPRETER,
  /** Compiled to Java bytecode. */
  JIT;

  /** A new engine; the compiler leaves what it does not take on to the interpreter. */
  public Engine create() {
    return switch (this) {
      case INTERPRETER -> new Interpreter();
      case JIT -> new Jit(new Interpreter());
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
