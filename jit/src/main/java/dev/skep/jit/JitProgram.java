package dev.skep.jit;

import dev.skep.jit.JitReport.Form;
import dev.skep.jit.JitReport.FunctionReport;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Executable;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A program that has been compiled, with a report of how. */
public final class JitProgram implements Executable {

  /** Processors that get code of their own; the others share what fits all. */
  private static final int MAX_SPECIALISED = 64;

  private final LinkedProgram program;
  private final Supplier<Executable> fallback;
  private final Map<Integer, Function> functions = new TreeMap<>();
  private final Map<Integer, Pieces> pieces = new LinkedHashMap<>();
  private final Map<Integer, String> refused = new TreeMap<>();
  private final List<byte[]> classes = new ArrayList<>();
  private final boolean conventional;
  private final Cost cost;
  private final long nanos;
  private final boolean mainIsWhole;
  private int bytecodes;

  /**
   * By processor: for the first frame with the run's context in r1, which is what nearly every run
   * is. They have no fields, so that a thread may see one that another has put there.
   */
  private final @Nullable CompiledMain[] outermost;

  /**
   * The same for processor 0, which is what programs are mostly run on; null if it is no method.
   */
  private final @Nullable CompiledMain first;

  /** For everything else. */
  private volatile @Nullable CompiledMain general;

  private volatile @Nullable Executable other;

  JitProgram(LinkedProgram program, Jit.Limits limits, Supplier<Executable> fallback) {
    this.program = program;
    this.fallback = fallback;
    for (int entry : program.entries()) {
      functions.put(entry, Function.at(program, entry));
    }
    conventional = Liveness.conventional(functions.values(), 0);
    cost = new Cost(functions);
    long start = System.nanoTime();
    for (Function function : functions.values()) {
      if (function.size() > limits.instructions()) {
        refused.put(
            function.entry(),
            "%d instructions, more than the compiler's limit of %d"
                .formatted(function.size(), limits.instructions()));
      }
    }
    if (!conventional && !refused.isEmpty()) {
      // Registers that are passed against the convention cannot cross from one engine to another.
      functions
          .keySet()
          .forEach(
              entry ->
                  refused.putIfAbsent(
                      entry, "it shares registers with a function that is not compiled"));
    }
    int specialised = Math.min(program.machine().cpuCount(), MAX_SPECIALISED);
    outermost = new @Nullable CompiledMain[specialised];
    outermost[0] = compile(program.machine().cpu(0));
    mainIsWhole = isWhole(0);
    first = mainIsWhole ? outermost[0] : null;
    nanos = System.nanoTime() - start;
  }

  @Override
  public LinkedProgram program() {
    return program;
  }

  /** What became of each function. */
  public JitReport report() {
    List<FunctionReport> rows = new ArrayList<>();
    for (Function function : functions.values()) {
      int entry = function.entry();
      Pieces cut = pieces.get(entry);
      String reason = refused.getOrDefault(entry, "");
      Form form = !reason.isEmpty() ? Form.FALLBACK : cut == null ? Form.METHOD : Form.PIECES;
      int methods = form == Form.FALLBACK ? 0 : cut == null ? 1 : cut.count();
      rows.add(new FunctionReport(entry, function.size(), form, methods, reason));
    }
    return new JitReport(rows, nanos, bytecodes);
  }

  /** The class files that were made so far, for a disassembler. */
  public List<byte[]> classes() {
    synchronized (classes) {
      return List.copyOf(classes);
    }
  }

  void made(byte[] bytes) {
    synchronized (classes) {
      classes.add(bytes);
      bytecodes += bytes.length;
    }
  }

  /** What a local call is charged by a caller that counts. */
  long charge(int callee) {
    return cost.charge(callee);
  }

  /** Whether all calls pass registers as the calling convention says. */
  boolean isConventional() {
    return conventional;
  }

  /** Whether a function is one Java method in the same class as the other such functions. */
  boolean isWhole(int entry) {
    return !pieces.containsKey(entry) && !refused.containsKey(entry);
  }

  private @Nullable CompiledMain compile(@Nullable Cpu firstFrame) {
    ProgramCompiler compiler = new ProgramCompiler(this);
    Map<Integer, Plan> plans = new TreeMap<>();
    boolean tellsDepth = functions.values().stream().anyMatch(one -> !one.calls().isEmpty());
    for (Function function : functions.values()) {
      int entry = function.entry();
      if (refused.containsKey(entry) || pieces.containsKey(entry)) {
        continue;
      }
      boolean first = firstFrame != null && entry == 0 && !mainIsCalled();
      Value context = first ? Value.at(Value.CONTEXT, 0) : contextGuess(entry);
      Plan plan = Plan.of(function, context, new Plan.Duties(cost.counts(entry), tellsDepth));
      plans.put(entry, plan);
      if (!conventional || !ProgramCompiler.fits(plan)) {
        pieces.put(entry, Pieces.PLACEHOLDER);
      }
    }
    CompiledMain made = null;
    Set<Integer> tooLarge = new TreeSet<>();
    while (made == null) {
      tooLarge.forEach(entry -> pieces.put(entry, Pieces.PLACEHOLDER));
      List<Plan> whole = plans.values().stream().filter(plan -> isWhole(plan)).toList();
      if (whole.isEmpty()) {
        break;
      }
      tooLarge.clear();
      made = compiler.whole(whole, mainIsCalled() ? null : firstFrame, tooLarge);
    }
    for (Plan plan : plans.values()) {
      int entry = plan.function().entry();
      if (!isWhole(plan)) {
        pieces.put(
            entry, compiler.pieces(Plan.of(plan.function(), contextGuess(entry), plan.duties())));
      }
    }
    return made;
  }

  private boolean isWhole(Plan plan) {
    return !pieces.containsKey(plan.function().entry());
  }

  /** Whether the main program is a subprogram too. */
  private boolean mainIsCalled() {
    return functions.values().stream().anyMatch(function -> function.calls().contains(0));
  }

  private static Value contextGuess(int entry) {
    return entry == 0 ? Value.contextGuess() : Value.UNKNOWN;
  }

  private Executable other() {
    Executable there = other;
    if (there == null) {
      synchronized (this) {
        there = other;
        if (there == null) {
          there = fallback.get();
          other = there;
        }
      }
    }
    return there;
  }

  @Override
  public Outcome run(Cpu cpu, Context context) {
    cpu.enter(context);
    try {
      long r1 = context.r1();
      CompiledMain main = r1 == Cpu.CONTEXT_ADDRESS ? main(cpu.number()) : null;
      return new Outcome.Returned(
          main != null ? main.run(cpu, context.r2()) : enter(cpu, 1, 0, r1, context.r2(), 0, 0, 0));
    } catch (Trap.Signal signal) {
      return new Outcome.Trapped(signal.trap());
    } finally {
      cpu.leave(context);
    }
  }

  @Override
  public long invoke(Cpu cpu, long context) {
    int r2 = cpu.context().r2();
    if (cpu.frames() == 1 && context == Cpu.CONTEXT_ADDRESS) {
      CompiledMain main = main(cpu.number());
      if (main != null) {
        return main.run(cpu, r2);
      }
    }
    return enter(cpu, cpu.frames(), 0, context, r2, 0, 0, 0);
  }

  /** What runs the main program in a processor's first frame, or null if it is no method. */
  private @Nullable CompiledMain main(int number) {
    if (number == 0 || !mainIsWhole || number >= outermost.length) {
      return number == 0 ? first : null;
    }
    CompiledMain there = outermost[number];
    return there == null ? specialise(number) : there;
  }

  private synchronized @Nullable CompiledMain specialise(int number) {
    CompiledMain made = outermost[number];
    if (made == null) {
      made = compile(program.machine().cpu(number));
      outermost[number] = made;
    }
    return made;
  }

  @Override
  public long call(Cpu cpu, int pc, long r1, long r2, long r3, long r4, long r5) {
    if (!functions.containsKey(pc)) {
      throw new Trap.Signal(
          Trap.Reason.BAD_CALL, pc, "", "no function of the program starts at pc " + pc);
    }
    if (refused.containsKey(pc)) {
      return other().call(cpu, pc, r1, r2, r3, r4, r5);
    }
    cpu.pushFrame();
    int depth = cpu.frames();
    long result = enter(cpu, depth, pc, r1, r2, r3, r4, r5);
    cpu.frames(depth - 1);
    return result;
  }

  /** Runs a function in the frame that is open. */
  private long enter(Cpu cpu, int depth, int pc, long r1, long r2, long r3, long r4, long r5) {
    if (refused.containsKey(pc)) {
      return other().invoke(cpu, r1);
    }
    Pieces cut = pieces.get(pc);
    if (cut == null) {
      return general().call(cpu, depth, pc, r1, r2, r3, r4, r5);
    }
    long[] registers = cpu.registers();
    Arrays.fill(registers, 0);
    registers[1] = r1;
    registers[2] = r2;
    registers[3] = r3;
    registers[4] = r4;
    registers[5] = r5;
    cut.run(cpu, depth);
    return registers[0];
  }

  private CompiledMain general() {
    CompiledMain there = general;
    if (there == null) {
      synchronized (this) {
        there = general;
        if (there == null) {
          there = compile(null);
          if (there == null) {
            throw new IllegalStateException("no function is a whole method");
          }
          general = there;
        }
      }
    }
    return there;
  }

  /** A local call between functions that are not both whole methods of one class. */
  void callFromPiece(Cpu cpu, int depth, int pc) {
    long[] r = cpu.registers();
    Pieces cut = pieces.get(pc);
    if (cut != null) {
      cut.run(cpu, depth);
    } else if (refused.containsKey(pc)) {
      cpu.frames(depth - 1);
      r[0] = other().call(cpu, pc, r[1], r[2], r[3], r[4], r[5]);
    } else {
      r[0] = general().call(cpu, depth, pc, r[1], r[2], r[3], r[4], r[5]);
    }
  }
}
