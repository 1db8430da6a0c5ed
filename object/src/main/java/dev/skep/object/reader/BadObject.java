package dev.skep.object.reader;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;

/** Ends reading with a finding; never leaves this package. */
final class BadObject extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Diagnostic diagnostic;

  BadObject(Diagnostic diagnostic) {
    super(diagnostic.message());
    this.diagnostic = diagnostic;
  }

  BadObject(String rule, String message) {
    this(Diagnostic.error(rule, Location.NOWHERE, message));
  }

  Diagnostic diagnostic() {
    return diagnostic;
  }
}
