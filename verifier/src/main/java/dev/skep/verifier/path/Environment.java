package dev.skep.verifier.path;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.domain.DomainRules;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.explain.VerifierLog;
import dev.skep.verifier.profile.Profile;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.VerifierState;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that one verification shares: {@code struct bpf_verifier_env}. */
public final class Environment {

  private static final int ALL_REGS = (1 << FrameState.REGISTERS) - 1;

  public final ProgramSpec program;
  public final Code code;
  public final Profile profile;
  public final DomainRules rules;
  public final KernelBehaviour kernel;
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
  private int scratchedRegs = ALL_REGS;
  private long scratchedSlots = -1;
  private int logPosition;
  private int instructionLength;
  private @Nullable LineInfo previousLine;

  public Environment(ProgramSpec program, Profile profile, int logLevel) {
    this.program = program;
    this.code = program.code();
    this.profile = profile;
    this.fields = new SpecialFields(profile.kernelBtf());
    this.rules = DomainRules.of(profile.version());
    this.kernel = KernelBehaviour.of(profile.version());
    this.log = new VerifierLog(logLevel);
    this.facts = new InstructionFacts[code.size()];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = new InstructionFacts();
    }
    this.names = namesOf(program, profile.privileged());
    this.liveness = new StackLiveness(this);
  }

  private static Names namesOf(ProgramSpec program, boolean privileged) {
    return new Names() {
      @Override
      public @Nullable String helper(int id) {
        var prototype = Helpers.byId(id);
        if (prototype == null) {
          return id == 0 ? "bpf_unspec" : null;
        }
        return prototype.kernelName();
      }

      @Override
      public @Nullable String wide(int pc, int kind, long value) {
        if (!privileged && (kind == 1 || kind == 2)) {
          return "0x0"; // no addresses for everyone
        }
        // The kernel prints the address that it put there; ours is made up, but of the same form.
        return switch (kind) {
          case 1, 5 -> "0xffff8880%08x".formatted(((value & 0xffff) + 1) << 12);
          case 2, 6 ->
              isArena(value)
                  ? "0x%x".formatted(arenaAddress(value))
                  : "0xffffc900%08x".formatted((((value & 0xffff) + 1) << 16) + (value >>> 32));
          // Linux has put the address of the kernel's symbol there.
          case 3 -> "0xffffffff8%07x".formatted(value & 0xffffff);
          default -> null;
        };
      }

      private boolean isArena(long value) {
        int map = (int) value;
        return map >= 0
            && map < program.maps().size()
            && program.maps().get(map).type() == MapType.ARENA;
      }

      // Where user space sees the arena: that is what programs get, too.
      private long arenaAddress(long value) {
        return program.maps().get((int) value).extra() + (value >>> 32);
      }

      @Override
      public @Nullable String kfunc(int pc, int btfId, int module) {
        String name = program.kfuncs().get(pc);
        return name == null && btfId == 0 ? "" : name;
      }
    };
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
    return attach != null && profile.version().isAtLeast(attach.since()) ? attach : null;
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
    scratchedRegs |= 1 << reg;
  }

  public void scratchSlot(int slot) {
    scratchedSlots |= 1L << slot;
  }

  public void scratchEverything() {
    scratchedRegs = ALL_REGS;
    scratchedSlots = -1;
  }

  /** Nothing has changed since the last printed state. */
  public void forgetScratched() {
    scratchedRegs = 0;
    scratchedSlots = 0;
  }

  /** The text of an instruction. */
  public String listing(int at) {
    return Listing.text(code, at, names);
  }

  /** Prints the source line of an instruction, unless it was printed last. */
  public void printLine(int at, String prefix) {
    if (!log.isOn()) {
      return;
    }
    LineInfo line = program.lineAt(at);
    LineInfo previous = previousLine;
    if (line == null || line.equals(previous)) {
      return;
    }
    if (previous != null && previous.file().equals(line.file()) && previous.line() == line.line()) {
      return;
    }
    String file = line.file().substring(line.file().lastIndexOf('/') + 1);
    log.add(prefix + line.text().stripLeading() + " @ " + file + ":" + line.line() + "\n");
    previousLine = line;
  }

  public void forgetLine() {
    previousLine = null;
  }

  /** Prints the instruction at hand, after the state that the one before it left. */
  public void printInstruction() {
    if (scratchedRegs != 0 || scratchedSlots != 0) {
      printChanges();
    }
    printLine(pc, "; ");
    logPosition = log.position();
    String text = pc + ": " + listing(pc);
    log.add(text).endLine();
    instructionLength = log.position() - logPosition;
    logPosition = log.position();
  }

  /** Prints what the last instruction changed, on its line if nothing came between. */
  public void printChanges() {
    if (!log.isOn()) {
      return;
    }
    if (logPosition != 0 && logPosition == log.position()) {
      log.cutTo(logPosition - 1);
      log.add(VerifierLog.stateSeparator(instructionLength));
    } else {
      log.add(pc + ":");
    }
    printState(state, state.currentFrame(), false);
  }

  /** Prints a frame's state and ends the line. */
  public void printState(VerifierState of, int frame, boolean all) {
    if (!log.isOn()) {
      return;
    }
    int regs = all ? ALL_REGS : scratchedRegs;
    long slots = all ? -1L : scratchedSlots;
    log.add(StatePrinter.frame(of, frame, regs, slots, !profile.privileged())).endLine();
    if (!all) {
      forgetScratched();
    }
  }
}
