package dev.skep.verifier.path;

import dev.skep.catalog.Errno;
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.reason.Reason;
import dev.skep.verifier.reason.Refusal;
import java.util.List;

/**
 * Ends a verification from the depth of a check: Linux refuses the program. Never leaves the
 * verifier, which makes a {@link Refusal} of it and of what the log says.
 */
public final class Rejection extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  /** About an instruction, -1 for none in particular. */
  Rejection(Errno errno, Reason reason, int pc, List<Evidence> evidence) {
    this(new Refusal(reason, errno, pc, List.of(), evidence));
  }

  private Rejection(Refusal refusal) {
    super(refusal.errno().name(), null, false, false);
    this.refusal = refusal;
  }

  /** What bpf(2) returns. */
  public Errno errno() {
    return refusal.errno();
  }

  /** The same, about another instruction than the one at hand; -1 for none in particular. */
  public Rejection at(int pc) {
    return new Rejection(
        new Refusal(refusal.reason(), refusal.errno(), pc, refusal.messages(), refusal.evidence()));
  }

  /** The same with another error. */
  public Rejection as(Errno errno) {
    return new Rejection(
        new Refusal(refusal.reason(), errno, refusal.pc(), refusal.messages(), refusal.evidence()));
  }

  /** What it comes to, with all that the log says about it. */
  public Refusal with(List<String> messages) {
    return new Refusal(
        refusal.reason(), refusal.errno(), refusal.pc(), messages, refusal.evidence());
  }

  /** What the checks knew. */
  public List<Evidence> evidence() {
    return refusal.evidence();
  }

  /** Why. */
  public Reason reason() {
    return refusal.reason();
  }
}
