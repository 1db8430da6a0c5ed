package dev.skep.object.core;

import java.util.List;

/** A relocation that libbpf refuses, so that the whole object is not loaded. */
public final class CoreException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<String> notes;

  /** With the evidence, one sentence each. */
  public CoreException(String message, String... notes) {
    super(message);
    this.notes = List.of(notes);
  }

  /** The evidence. */
  public List<String> notes() {
    return notes;
  }
}
