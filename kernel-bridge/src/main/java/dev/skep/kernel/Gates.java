package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.catalog.Releases;
import dev.skep.kernel.call.Host;
import dev.skep.object.Gate;
import dev.skep.object.KernelConfiguration;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.RunningKernel;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The gates that are on the class path, asked before the kernel: what one of them refuses is not
 * submitted, and explained.
 *
 * <p>A program that a gate cannot judge is refused: the caller, who may know better, says {@link
 * LoadOptions#unchecked}.
 */
final class Gates {

  private static final String HELP = "LoadOptions.unchecked() leaves the judgement to the kernel";

  /** Found once: looking for them costs more than most of their answers. */
  private static final List<Gate> FOUND =
      ServiceLoader.load(Gate.class, Gates.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private final Kernel kernel;
  private final ProgramSpec spec;
  private final LoadOptions options;

  Gates(Kernel kernel, ProgramSpec spec, LoadOptions options) {
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
   * Why the program is not to be submitted; null if all gates let it pass.
   *
   * @param references the program's, in the running kernel
   */
  LoadResult.@Nullable Refused refusal(KernelReferences references) {
    for (Gate gate : FOUND) {
      String unknown = beyondTheKernel(references);
      Gate.Answer answer =
          unknown != null
              ? new Gate.NotJudged(unknown, "", diagnostic(unknown))
              : gate.judge(asSubmitted(references), kernel.profile(), options.logLevel());
      switch (answer) {
        case Gate.Passed _ -> {}
        case Gate.Refusal refusal -> {
          return refused(gate, refusal);
        }
      }
    }
    return null;
  }

  /** What a gate would have to know of another program, or of a module; null if nothing. */
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

  private Diagnostic diagnostic(String unknown) {
    return Diagnostic.warning(
            "verifier/not-modelled",
            Location.inProgram(null, spec.name(), -1, null),
            "skep cannot judge this program: it does not model " + unknown + " yet")
        .withHelp(HELP);
  }

  private static LoadResult.Refused refused(Gate gate, Gate.Refusal refusal) {
    return switch (refusal) {
      case Gate.Rejected(Errno errno, String message, _, _) ->
          refused(
              errno,
              gate.name() + " refuses it" + (message.isEmpty() ? "" : ": " + message),
              refusal);
      case Gate.NotJudged(String what, _, _) ->
          refused(Errno.EOPNOTSUPP, gate.name() + " does not model " + what, refusal);
    };
  }

  private static LoadResult.Refused refused(Errno errno, String reason, Gate.Refusal refusal) {
    return new LoadResult.Refused(
        errno,
        errno.number(),
        reason + "; it was not submitted (" + HELP + ")",
        refusal.log(),
        List.of(),
        refusal);
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
