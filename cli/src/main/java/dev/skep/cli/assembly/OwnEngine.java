package dev.skep.cli.assembly;

import dev.skep.interpreter.Interpreter;
import dev.skep.runtime.Engine;
import java.util.Locale;

/** The engines that the conformance suite can be run on. */
enum OwnEngine {
  INTERPRETER {
    @Override
    Engine create() {
      return new Interpreter();
    }
  };

  abstract Engine create();

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
