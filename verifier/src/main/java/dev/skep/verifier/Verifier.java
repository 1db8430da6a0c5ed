package dev.skep.verifier;

import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
import dev.skep.object.LineInfo;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.verifier.cfg.FastCalls;
import dev.skep.verifier.cfg.Fixups;
import dev.skep.verifier.cfg.ProgramShape;
import dev.skep.verifier.cfg.StackDepth;
import dev.skep.verifier.explain.Explanations;
import dev.skep.verifier.explore.Explorer;
import dev.skep.verifier.observe.Observer;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.NotModelledException;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.path.Subprogram;
import java.util.stream.Collectors;

/** Judges programs as Linux would. */
public final class Verifier {

  private Verifier() {}

  /**
   * Judges a program.
   *
   * @param program as it would be submitted, relocated
   * @param profile the kernel and the loader
   * @param logLevel as in bpf(2): 0 for none, 1 for the failing path, 2 for every state, plus 4 for
   *     the time taken and the stack depth
   * @return the verdict; this never throws for what a program holds. For a kernel that is not among
   *     the known {@link Releases} it is {@link Verdict.NotModelled}
   */
  public static Verdict verify(ProgramSpec program, Profile profile, int logLevel) {
    return verify(program, profile, logLevel, Observer.NONE);
  }

  /**
   * Judges a program and tells an observer, as values, what the walk over it does.
   *
   * @param program as it would be submitted, relocated
   * @param profile the kernel and the loader
   * @param logLevel as in bpf(2), independent of the observer
   * @param observer is told on this thread, before this returns; see {@link
   *     dev.skep.verifier.observe}. What is refused before any path is walked, for its shape or
   *     what it attaches to, has no events
   * @return the verdict, as without an observer
   */
  public static Verdict verify(
      ProgramSpec program, Profile profile, int logLevel, Observer observer) {
    if (!(Releases.of(profile.version()) instanceof Release.Known)) {
      return unknownKernel(program, profile);
    }
    long start = System.nanoTime();
    Environment env = new Environment(program, profile, logLevel, observer);
    Explorer explorer = new Explorer(env);
    try {
      new ProgramShape(env).check();
      walk(env, explorer);
      new FastCalls(env).shrinkStacks();
      new StackDepth(env).check();
      new StackDepth(env).addInlinedLoops();
      new Fixups(env).check();
      Statistics statistics = statistics(env, explorer, start, true);
      if (!env.log.isDetailed()) {
        env.log.cutTo(0);
      }
      printStatistics(env, statistics);
      return new Verdict.Accepted(env.log.toString(), statistics);
    } catch (Rejection rejection) {
      String message = env.log.lastMessage();
      Statistics statistics = statistics(env, explorer, start, false);
      printStatistics(env, statistics);
      return new Verdict.Rejected(
          env.log.toString(),
          statistics,
          rejection.errno(),
          message,
          env.pc,
          Explanations.of(program, env.pc, instruction(env), message));
    } catch (NotModelledException missing) {
      Statistics statistics = statistics(env, explorer, start, false);
      return new Verdict.NotModelled(
          env.log.toString(), statistics, missing.what(), env.pc, notModelled(env, missing.what()));
    }
  }

  private static void walk(Environment env, Explorer explorer) {
    try {
      explorer.walkMain();
      explorer.walkGlobals();
    } catch (Rejection | NotModelledException refusal) {
      env.watcher.stepFails();
      env.watcher.ends(env.processed);
      throw refusal;
    }
    env.watcher.ends(env.processed);
  }

  private static String instruction(Environment env) {
    return env.pc >= 0 && env.pc < env.code.size() ? env.listing(env.pc) : "none";
  }

  private static Verdict unknownKernel(ProgramSpec program, Profile profile) {
    return new Verdict.NotModelled(
        "",
        Statistics.NONE,
        "Linux " + profile.version(),
        -1,
        Diagnostic.warning(
                "verifier/unknown-kernel",
                Location.inProgram(null, program.name(), -1, null),
                Releases.whyNot(profile.version()))
            .withHelp("judge for a known kernel, or ask that one itself: `skep compare` on it"));
  }

  private static Diagnostic notModelled(Environment env, String what) {
    LineInfo line = env.program.lineAt(env.pc);
    return Diagnostic.warning(
            "verifier/not-modelled",
            Location.inProgram(
                null, env.program.name(), env.pc, line == null ? null : Explanations.source(line)),
            "skep cannot judge this program: it does not model " + what + " yet")
        .withHelp("load it into a kernel to be sure; `skep compare` does on Linux as root");
  }

  private static Statistics statistics(
      Environment env, Explorer explorer, long start, boolean accepted) {
    return new Statistics(
        env.processed,
        explorer.pruning().maxStatesPerInstruction,
        explorer.pruning().totalStates,
        explorer.pruning().peakStates,
        stackDepth(env, accepted),
        System.nanoTime() - start);
  }

  /** Dead functions are gone from an accepted program, and a callback for exceptions is added. */
  private static String stackDepth(Environment env, boolean accepted) {
    String depths =
        env.subprograms.stream()
            .filter(sub -> !accepted || env.isReached(sub))
            .map((Subprogram sub) -> String.valueOf(sub.stackDepth))
            .collect(Collectors.joining("+"));
    return accepted && env.throwsException && env.exceptionCallback == 0 ? depths + "+0" : depths;
  }

  private static void printStatistics(Environment env, Statistics statistics) {
    if (env.log.hasStatistics()) {
      env.log.add("verification time " + statistics.nanos() / 1000 + " usec\n");
      env.log.add("stack depth " + statistics.stackDepth() + "\n");
    }
    env.log.add(
        "processed %d insns (limit %d) max_states_per_insn %d total_states %d peak_states %d mark_read %d\n"
            .formatted(
                statistics.processed(),
                1_000_000,
                statistics.maxStatesPerInsn(),
                statistics.totalStates(),
                statistics.peakStates(),
                0));
  }
}
