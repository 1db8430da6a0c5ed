package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.catalog.Releases;
import dev.skep.object.ProgramSpec;
import dev.skep.object.RunningKernel;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.verifier.Statistics;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.profile.KernelConfiguration;
import dev.skep.verifier.profile.Profile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * skep's verifier, before the kernel's: what it does not accept is not submitted, and explained.
 *
 * <p>A program that it cannot judge is not accepted: the caller, who may know better, says {@link
 * LoadOptions#unchecked}.
 */
final class Verification {

  private static final String HELP = "LoadOptions.unchecked() leaves the judgement to the kernel";

  private final Kernel kernel;
  private final ProgramSpec spec;
  private final LoadOptions options;

  Verification(Kernel kernel, ProgramSpec spec, LoadOptions options) {
    this.kernel = kernel;
    this.spec = spec;
    this.options = options;
  }

  /** What programs are judged for: the kernel as it was found, and this process's rights. */
  static Profile profile(Kernel kernel) {
    boolean privileged =
        Host.hasCapability(Host.CAP_SYS_ADMIN)
            || Host.hasCapability(Host.CAP_BPF) && Host.hasCapability(Host.CAP_PERFMON);
    return new Profile(
        Releases.beside(kernel.version()),
        kernel.btf(),
        kernel.possibleCpus(),
        privileged,
        new Options());
  }

  /**
   * Why the program is not to be submitted; null if skep's verifier accepts it.
   *
   * @param references the program's, in the running kernel
   */
  LoadResult.@Nullable Refused refusal(KernelReferences references) {
    String unknown = beyondTheKernel(references);
    if (unknown != null) {
      return refused(notModelled(unknown));
    }
    ProgramSpec submitted = asSubmitted(references);
    Verdict verdict = Verifier.verify(submitted, kernel.profile(), 0);
    if (verdict instanceof Verdict.Accepted) {
      return null;
    }
    // As with the kernel: again, for the log.
    return refused(Verifier.verify(submitted, kernel.profile(), Math.max(1, options.logLevel())));
  }

  /** What the verifier would have to know of another program, or of a module; null if nothing. */
  private @Nullable String beyondTheKernel(KernelReferences references) {
    if (options.attachTo() != null) {
      return "programs that replace or trace a function of another program";
    }
    return references.attachModule() == null
        ? null
        : "programs for what module " + references.attachModule().name() + " has";
  }

  /** With the running kernel's ids in it. */
  private ProgramSpec asSubmitted(KernelReferences references) {
    return spec.toBuilder()
        .attachBtfId(references.attachBtfId())
        .flags(spec.flags() | options.extraFlags())
        .code(references.code())
        .kernelBtf(kernel.btf())
        .build();
  }

  private Verdict notModelled(String what) {
    return new Verdict.NotModelled(
        "",
        Statistics.NONE,
        what,
        -1,
        Diagnostic.warning(
                "verifier/not-modelled",
                Location.inProgram(null, spec.name(), -1, null),
                "skep cannot judge this program: it does not model " + what + " yet")
            .withHelp(HELP));
  }

  private static LoadResult.@Nullable Refused refused(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted _ -> null;
      case Verdict.Rejected rejected -> {
        Errno errno = Errno.named(rejected.errno());
        yield refused(
            errno,
            "skep's verifier refuses it"
                + (rejected.message().isEmpty() ? "" : ": " + rejected.message()),
            verdict);
      }
      case Verdict.NotModelled missing ->
          refused(Errno.EOPNOTSUPP, "skep's verifier does not model " + missing.what(), verdict);
    };
  }

  private static LoadResult.Refused refused(Errno errno, String reason, Verdict verdict) {
    return new LoadResult.Refused(
        errno,
        errno.number(),
        reason + "; it was not submitted (" + HELP + ")",
        verdict.log(),
        List.of(),
        verdict);
  }

  /** The running kernel's build options, read when a verdict depends on one. */
  private static final class Options implements KernelConfiguration {
    private @Nullable Map<String, String> options;

    @Override
    public synchronized @Nullable Boolean has(String option) {
      Map<String, String> known = options;
      if (known == null) {
        known = RunningKernel.configuration();
        options = known;
      }
      return known.isEmpty() ? null : !known.getOrDefault(option, "n").equals("n");
    }
  }
}
