package dev.skep.kernel;

import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Syscalls;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A network namespace of a test's own: the thread that works in it, and goes with it. */
final class NetworkNamespace implements AutoCloseable {

  private static final long CLONE_NEWNET = 0x4000_0000;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final long tid;

  NetworkNamespace() {
    tid =
        call(
            () -> {
              Native.call("unshare", Syscalls.UNSHARE, CLONE_NEWNET);
              return Native.call("gettid", Syscalls.GETTID);
            });
    command("ip", "link", "set", "lo", "up");
  }

  /** The kernel's number of its thread, by which other namespaces name this one. */
  long tid() {
    return tid;
  }

  /** Does something inside. */
  <T> T call(Callable<T> work) {
    try {
      return thread.submit(work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      if (e.getCause() instanceof Error r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command inside and gives what it prints. */
  String command(String... words) {
    return call(
        () -> {
          Process process = Needs.command(words).redirectErrorStream(true).start();
          String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + ": " + out);
          }
          return out;
        });
  }

  /** The number of a device. */
  int ifindex(String device) {
    String line = command("ip", "-o", "link", "show", "dev", device);
    return Integer.parseInt(line.substring(0, line.indexOf(':')));
  }

  /** Ends the thread, and waits until the kernel has seen it. */
  @Override
  public void close() {
    thread.close();
  }
}
