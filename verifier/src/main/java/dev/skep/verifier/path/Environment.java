package dev.skep.verifier.path;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Behaviours;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.object.MapSpec;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.domain.DomainRules;
import dev.skep.verifier.explain.LogNames;
import dev.skep.verifier.explain.VerifierLog;
import dev.skep.verifier.observe.Observer;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.watch.EventWatcher;
import dev.skep.verifier.watch.LogWatcher;
import dev.skep.verifier.watch.Touched;
import dev.skep.verifier.watch.Watcher;
import dev.skep.verifier.watch.Watchers;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that one verification shares: {@code struct bpf_verifier_env}. */
public final class Environment {

  /** {@code BPF_COMPLEXITY_LIMIT_INSNS}. */
  public static final int MAX_PROCESSED = 1_000_000;

  public final ProgramSpec program;
  public final Code code;
  public final Profile profile;
  public final DomainRules rules;
  public final Behaviours kernel;
  public final VerifierLog log;
  public final InstructionFacts[] facts;
  public List<Subprogram> subprograms = List.of();

  /** What the program attaches to, if its context's types depend on that. */
  public @Nullable AttachTarget attachTarget;

  /** References that a struct_ops program owns from its start, by offset in the context. */
  public final Map<Integer, Integer> contextReferences = new HashMap<>();

  /** The subprogram that {@code bpf_throw} ends in, 0 if the program names none. */
  public int exceptionCallback;

  /** Whether some path reached {@code bpf_throw}. */
  public boolean throwsException;

  /** The state of the path that is being walked. */
  public VerifierState state = new VerifierState();

  /** The instruction at hand. */
  public int pc;

  /** The instruction before it on this path, -1 at the start. */
  public int previousPc = -1;

  public int processed;
  public int jumpsProcessed;
  public final StackLiveness liveness;

  /** Fields of maps' values and local types that the kernel owns. */
  public final SpecialFields fields;

  private final Names names;
  private final IdentityHashMap<MapSpec, MapSpec> innerMaps = new IdentityHashMap<>();
  private int nextId;
  private final Touched touched = new Touched();

  /** Is told what the walk does: the log, an observer, both or nobody. */
  public final Watcher watcher;

  /** Whether somebody is; asked where a call for nothing would be felt. */
  public final boolean watched;

  /**
   * Prepares a verification.
   *
   * @param logLevel as in bpf(2)
   * @param observer who is told what the walk does, apart from the log
   */
  public Environment(ProgramSpec program, Profile profile, int logLevel, Observer observer) {
    this.program = program;
    this.code = program.code();
    this.profile = profile;
    this.fields = new SpecialFields(profile.kernelBtf());
    this.kernel = Behaviours.of(profile.version());
    this.rules = DomainRules.of(kernel);
    this.log = new VerifierLog(logLevel);
    this.facts = new InstructionFacts[code.size()];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = new InstructionFacts();
    }
    this.names = new LogNames(program, profile.privileged());
    this.liveness = new StackLiveness(this);
    this.watcher =
        Watchers.of(
            new LogWatcher(log, touched, program, names, profile.privileged()),
            EventWatcher.of(observer, touched, program, MAX_PROCESSED));
    this.watched = watcher != Watcher.NONE;
  }

  /** The map that a map of maps gives: Linux knows its shape, not its name. */
  public @Nullable MapSpec inner(MapSpec map) {
    MapSpec inner = map.inner();
    return inner == null || inner.name().isEmpty()
        ? inner
        : innerMaps.computeIfAbsent(inner, m -> m.toBuilder().name("").build());
  }

  public ProgramType type() {
    return program.type();
  }

  /** What the program says that it will be attached to, if the kernel knows that. */
  public @Nullable AttachType attachType() {
    AttachType attach = program.expectedAttachType();
    return attach != null && attach.isIn(profile.version()) ? attach : null;
  }

  /** The instruction that led to the one at hand, as the history keeps it. */
  public int previousPcForHistory() {
    return previousPc == pc ? state.lastPc : previousPc;
  }

  /** A new id for linked values and references. */
  public int newId() {
    return ++nextId;
  }

  /**
   * A value that is about to be copied: an unknown number gets an id, so that both copies learn
   * from what is found out about one ({@code assign_scalar_id_before_mov}).
   */
  public Reg linked(Reg value) {
    if (!value.isScalar()) {
      return value;
    }
    Reg single = (value.id() & Reg.ADD_CONST) != 0 ? value.unlinked() : value;
    return single.id() == 0 && !single.range().isConst() ? single.withId(newId()) : single;
  }

  /** The highest id given out. */
  public int lastId() {
    return nextId;
  }

  /** Ends with {@code EACCES} and a message. */
  public Rejection deny(String message) {
    return refuse("EACCES", message);
  }

  /** What the log says of a path that only a processor takes. */
  public String speculation() {
    return state.speculative ? " (speculative execution)" : "";
  }

  /** Whether a number of unknown size was added to a pointer that may have to be masked. */
  public boolean exploresAluLimits;

  /** Ends with {@code EINVAL} and a message. */
  public Rejection invalid(String message) {
    return refuse("EINVAL", message);
  }

  /** Ends with an error and a message. */
  public Rejection refuse(String errno, String message) {
    log.message(message);
    return new Rejection(errno);
  }

  /** Ends with {@code EINVAL} and a message whose line does not end. */
  public Rejection invalidUnended(String message) {
    log.unendedMessage(message);
    return new Rejection("EINVAL");
  }

  /** Ends because skep does not model something. */
  public NotModelledException notModelled(String what) {
    return new NotModelledException(what);
  }

  /** The subprogram that starts at an instruction, or -1. */
  public int subprogramAt(int start) {
    int low = 0;
    int high = subprograms.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = subprograms.get(middle).start;
      if (at == start) {
        return middle;
      }
      if (at < start) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** The subprogram that an instruction belongs to. */
  public int subprogramOf(int pc) {
    for (int i = subprograms.size() - 1; i > 0; i--) {
      if (subprograms.get(i).start <= pc) {
        return i;
      }
    }
    return 0;
  }

  /** Whether some path reached a subprogram: Linux drops the others from accepted programs. */
  public boolean isReached(Subprogram sub) {
    for (int pc = sub.start; pc < sub.end; pc++) {
      if (facts[pc].seen) {
        return true;
      }
    }
    return false;
  }

  public void scratchReg(int reg) {
    touched.register(reg);
  }

  public void scratchSlot(int slot) {
    touched.slot(slot);
  }

  public void scratchEverything() {
    touched.everything();
  }

  /** The text of an instruction. */
  public String listing(int at) {
    return Listing.text(code, at, names);
  }

  /** Tells the log that a message about an instruction follows: its source line comes first. */
  public void printLine(int at, String prefix) {
    watcher.sourceLine(at, prefix);
  }

  /** Tells that all that the instruction at hand changes is changed. */
  public void printChanges() {
    watcher.changed(state, pc);
  }
}
