package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
import org.jspecify.annotations.Nullable;

/**
 * The kernel and loader that a program is judged for.
 *
 * @param version the kernel's release; a series stands for its newest known point release. For a
 *     kernel that {@link Releases} does not know, no verdict is given
 * @param kernelBtf the kernel's types, or null: programs that need them are then not modelled
 * @param possibleCpus number of possible CPUs; with one, Linux 6.12 knows the CPU number to be 0
 * @param privileged whether the loader has CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN
 * @param configuration what is known of how the kernel was built
 */
public record Profile(
    KernelVersion version,
    @Nullable Btf kernelBtf,
    int possibleCpus,
    boolean privileged,
    KernelConfiguration configuration) {

  /** Takes a series as its newest known point release. */
  public Profile {
    if (Releases.of(version) instanceof Release.Known known) {
      version = known.version();
    }
  }

  /** Of a kernel of whose configuration nothing is known. */
  public Profile(
      KernelVersion version, @Nullable Btf kernelBtf, int possibleCpus, boolean privileged) {
    this(version, kernelBtf, possibleCpus, privileged, KernelConfiguration.UNKNOWN);
  }

  /** A privileged loader on the newest kernel that skep knows, with two CPUs and no kernel BTF. */
  public static final Profile DEFAULT = new Profile(KernelVersion.NEWEST, null, 2, true);

  /** This profile with a kernel's types. */
  public Profile withKernelBtf(@Nullable Btf btf) {
    return new Profile(version, btf, possibleCpus, privileged, configuration);
  }

  /** This profile for another release. */
  public Profile withVersion(KernelVersion release) {
    return new Profile(release, kernelBtf, possibleCpus, privileged, configuration);
  }
}
