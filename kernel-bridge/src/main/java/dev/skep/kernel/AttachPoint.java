package dev.skep.kernel;

import java.nio.file.Path;

/**
 * A place that programs are attached to without a link, by {@link DirectAttachment}: such a program
 * stays until it is detached or the place goes away.
 */
public sealed interface AttachPoint {

  /** A control group of the unified hierarchy, by its directory. */
  record Cgroup(Path directory) implements AttachPoint {}

  /** A network namespace, by its file: flow dissector. */
  record NetworkNamespace(Path file) implements AttachPoint {}

  /** A network device: tcx and netkit (Linux 6.6). */
  record Device(int ifindex) implements AttachPoint {}

  /** A sockmap or sockhash. */
  record SocketMap(KernelMap map) implements AttachPoint {}
}
