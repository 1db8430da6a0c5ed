package dev.skep.runtime;

import dev.skep.object.LineInfo;
import org.jspecify.annotations.Nullable;

/**
 * What stopped a program.
 *
 * @param reason the kind of fault
 * @param pc the instruction slot, -1 if it is not known
 * @param line the source line behind it, or null
 * @param address the address that was accessed, 0 where there is none
 * @param region the region that the address names, in words; empty if there is none
 * @param message one sentence for a reader
 */
public record Trap(
    Reason reason, int pc, @Nullable LineInfo line, long address, String region, String message) {

  /** The kind of fault. */
  public enum Reason {
    /** An access to one of the first 4,096 addresses. */
    NULL_POINTER,
    /** An address that no region has. */
    NO_REGION,
    /** An access that starts or ends outside its region. */
    OUT_OF_BOUNDS,
    /** A write to memory that programs may only read. */
    READ_ONLY,
    /** An atomic access that is not aligned to its size. */
    MISALIGNED,
    /** More than {@link Cpu#MAX_FRAMES} nested calls. */
    CALL_DEPTH,
    /** More instructions than the run was allowed. */
    BUDGET,
    /** A call or a jump to something that is no code. */
    BAD_CALL,
    /** An instruction or helper that was not expected to be reached. */
    UNSUPPORTED,
    /** A helper that was called against its rules, such as an unlock without a lock. */
    HELPER
  }

  /** The trap in one line: where, why. */
  public String describe() {
    StringBuilder text = new StringBuilder("trap at pc ").append(pc);
    if (line != null) {
      text.append(" (").append(line.file()).append(':').append(line.line()).append(')');
    }
    return text.append(": ").append(message).toString();
  }

  /** A trap on its way through an engine. Carries no Java stack trace: it is about the program. */
  public static final class Signal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Trap trap;

    /** A signal for the trap. */
    public Signal(Trap trap) {
      super(trap.message(), null, false, false);
      this.trap = trap;
    }

    /** A signal whose place is not known yet. */
    public Signal(Reason reason, long address, String region, String message) {
      this(new Trap(reason, -1, null, address, region, message));
    }

    /** The trap. */
    public Trap trap() {
      return trap;
    }

    /** This signal with its place, unless it has one. */
    public Signal at(int pc, @Nullable LineInfo line) {
      return trap.pc >= 0
          ? this
          : new Signal(new Trap(trap.reason, pc, line, trap.address, trap.region, trap.message));
    }
  }
}
