package dev.skep.kernel.call;

import dev.skep.catalog.Errno;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Syscalls;

/** bpf(2) itself: the call, its retries, and its errors in words. */
public final class Bpf {

  /**
   * Loading takes long, and the kernel gives up with EAGAIN when a signal comes; a signal each time
   * is a fault of its own.
   */
  private static final int LOAD_ATTEMPTS = 16;

  /** What stands in for the kernel in a test; not bound otherwise. */
  public static final ScopedValue<Call> CALL = ScopedValue.newInstance();

  private Bpf() {}

  /** bpf(2): a value, or minus the error number. */
  public interface Call {
    int make(BpfCommand command, Block attr);
  }

  public static int real(BpfCommand command, Block attr) {
    return (int)
        Syscalls.call(Syscalls.BPF, command.number(), attr.memory().address(), attr.size());
  }

  /**
   * Makes a call and gives its value, or minus the error number.
   *
   * <p>{@code EINTR} repeats the call; {@code EAGAIN} repeats a load.
   */
  public static int attempt(BpfCommand command, Block attr) {
    for (int attempt = 1; ; attempt++) {
      int result = (CALL.isBound() ? CALL.get() : (Call) Bpf::real).make(command, attr);
      boolean again =
          result == Errno.EINTR.negated()
              || result == Errno.EAGAIN.negated()
                  && command == BpfCommand.PROG_LOAD
                  && attempt < LOAD_ATTEMPTS;
      if (!again) {
        return result;
      }
    }
  }

  /**
   * Makes a call and gives its value.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public static int call(BpfCommand command, Block attr) {
    int result = attempt(command, attr);
    if (result < 0) {
      throw failure(command, -result, attr);
    }
    return result;
  }

  /** Makes a call whose value is a new descriptor. */
  public static Fd open(BpfCommand command, Block attr) {
    return Fd.own(call(command, attr));
  }

  public static KernelCallException failure(BpfCommand command, int errorNumber, Block attr) {
    return new KernelCallException(
        command.uapiName(), errorNumber, ErrorGuide.explain(command, Errno.of(errorNumber), attr));
  }
}
