package dev.skep.cli.options;

import dev.skep.btf.Btf;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.object.Profile;
import dev.skep.report.input.KernelOptions;
import dev.skep.report.input.KernelTypes;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which kernel programs are judged for. */
public final class Target {

  @Option(
      names = "--kernel",
      paramLabel = "VERSION",
      defaultValue = "6.18",
      description = {
        "The kernel to judge for, such as 6.1, 6.12.50 or 6.18; a series stands for its newest"
            + " known point release (${DEFAULT-VALUE})."
      })
  String kernel = KernelVersion.NEWEST.toString();

  @Option(
      names = "--btf",
      paramLabel = "FILE",
      description = {
        "The kernel's types, raw or gzipped, for CO-RE and typed tracepoints; otherwise those of"
            + " the running kernel, if it offers any."
      })
  @Nullable Path btf;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Possible CPUs of that kernel, which verdicts may depend on (${DEFAULT-VALUE}).")
  int cpus = 2;

  @Option(
      names = "--kconfig",
      paramLabel = "FILE",
      description = {
        "That kernel's build options, such as /proc/config.gz or /boot/config-*: a few verdicts"
            + " depend on them. Otherwise those of the running kernel, if it is of that version and"
            + " offers them."
      })
  @Nullable Path kconfig;

  @Option(
      names = "--unprivileged",
      description = "Judge for a loader without CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN.")
  boolean unprivileged;

  /** The types that are named with --btf, or null. */
  public @Nullable Btf types() {
    return btf == null ? null : KernelTypes.read(btf);
  }

  /** What is known of the kernel that is asked about. */
  public Release release() {
    return Releases.of(version(kernel));
  }

  /**
   * What objects are read for by a command that gives no verdict: a kernel that is not known ends
   * it.
   */
  public Profile profile() {
    Release release = release();
    if (release instanceof Release.Unknown) {
      throw CommandFailure.usage(Releases.whyNot(release.asked()));
    }
    return profile(release.asked());
  }

  /** What is judged for, on a kernel. */
  public Profile profile(KernelVersion version) {
    if (cpus < 1) {
      throw CommandFailure.usage("--cpus takes a number from 1 on");
    }
    return new Profile(
        version, KernelTypes.lazy(btf), cpus, !unprivileged, KernelOptions.of(kconfig, version));
  }

  /** A kernel version as an option's value. */
  public static KernelVersion version(String text) {
    try {
      return KernelVersion.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          e.getMessage() + "; known are " + Releases.inWords(Releases.known()));
    }
  }
}
