package dev.skep.verifier.explore;

import dev.skep.catalog.Behaviour;
import dev.skep.isa.AluOp;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.admission.ReservedFields;
import dev.skep.verifier.cfg.InstructionVersions;
import dev.skep.verifier.check.Atomics;
import dev.skep.verifier.check.Calls;
import dev.skep.verifier.check.FunctionExit;
import dev.skep.verifier.check.MemoryAccess;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.InstructionFacts;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.path.Subprogram;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.JumpHistory;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.transfer.Arithmetic;
import dev.skep.verifier.transfer.Jumps;
import dev.skep.verifier.transfer.WideLoads;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Walks all paths of one function, depth first ({@code do_check}). */
public final class Explorer implements Path {

  /** {@code BPF_COMPLEXITY_LIMIT_JMP_SEQ}. */
  private static final int MAX_PENDING = 8192;

  /** Of a step: the path ends because a barrier stops the processor, which alone takes it. */
  private static final int BARRED = -2;

  private record Pending(VerifierState state, int pc, int previousPc) {}

  private final Environment env;
  private final Precision precision;
  private final Pruning pruning;
  private final Arithmetic arithmetic;
  private final Jumps jumps;
  private final MemoryAccess memory;
  private final Atomics atomics;
  private final Calls calls;
  private final FunctionExit exits;
  private final WideLoads wideLoads;
  private final ReservedFields reserved;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  /** History entry that the instruction at hand already has, -1 if none. */
  private int historyEntry = -1;

  public Explorer(Environment env) {
    this.env = env;
    this.precision = new Precision(env);
    this.pruning = new Pruning(env, precision);
    this.memory = new MemoryAccess(this);
    this.atomics = new Atomics(this, memory);
    this.arithmetic = new Arithmetic(this);
    this.jumps = new Jumps(this);
    this.calls = new Calls(this, memory);
    this.exits = new FunctionExit(this);
    this.wideLoads = new WideLoads(this);
    this.reserved = new ReservedFields(env);
  }

  public Pruning pruning() {
    return pruning;
  }

  @Override
  public Environment env() {
    return env;
  }

  @Override
  public void markPrecise(int register) {
    precision.mark(register);
  }

  @Override
  public void markSlotPrecise(int frame, int slot) {
    precision.markSlot(frame, slot);
  }

  @Override
  public @Nullable VerifierState previousEntry(@Nullable VerifierState from, int pc) {
    return pruning.previousEntry(from, pc);
  }

  @Override
  public void widen(VerifierState earlier, VerifierState now) {
    LoopWidening.widen(earlier, now);
  }

  /** Walks the main program. */
  public void walkMain() {
    calls.describeMain();
    VerifierState state = startState(0);
    state.set(1, Reg.CTX);
    AttachTarget target = env.attachTarget;
    if (target != null) {
      for (AttachTarget.Argument argument : target.arguments()) {
        if (argument.referenced()) {
          int id = env.newId();
          state.references.add(new Reference(Reference.Kind.PTR, id, 0, null));
          env.contextReferences.put(argument.offset(), id);
        }
      }
    }
    walk(state);
    env.subprograms.getFirst().stackDepth = Math.max(env.subprograms.getFirst().stackDepth, 0);
  }

  /** Walks each global function that verified code calls, on its own. */
  public void walkGlobals() {
    if (env.exceptionCallback > 0) {
      env.subprograms.get(env.exceptionCallback).called = true;
    }
    boolean again = true;
    boolean[] done = new boolean[env.subprograms.size()];
    while (again) {
      again = false;
      for (int i = 1; i < done.length; i++) {
        Subprogram sub = env.subprograms.get(i);
        if (sub.global && sub.called && !done[i]) {
          done[i] = true;
          again = true;
          pruning.reset();
          env.pc = sub.start;
          env.watcher.globalStarts(i, sub.name);
          walk(calls.globalEntry(i));
          env.watcher.globalIsSafe(i, sub.name);
        }
      }
    }
  }

  @Override
  public VerifierState startState(int subprogram) {
    VerifierState state = new VerifierState();
    state.branches = 1;
    state.firstPc = env.subprograms.get(subprogram).start;
    state.inSleepable = (env.program.flags() & ProgramSpec.F_SLEEPABLE) != 0;
    state.frames.add(new FrameState(-1, 0, subprogram));
    return state;
  }

  /** Walks a function from an entry state until no path is left. */
  public void walk(VerifierState entry) {
    env.state = entry;
    env.pc = entry.firstPc;
    env.previousPc = -1;
    env.scratchEverything();
    env.liveness.frameChanged();
    pending.clear();
    env.watcher.walkStarts(entry, env.pc);
    boolean watched = env.watched;
    while (true) {
      historyEntry = -1;
      env.state.lastPc = env.previousPc;
      env.state.pc = env.pc;
      if (env.pc < 0 || env.pc >= env.code.size()) {
        throw env.refuse("EFAULT", "invalid insn idx " + env.pc + " insn_cnt " + env.code.size());
      }
      if (++env.processed > Environment.MAX_PROCESSED) {
        throw env.refuse("E2BIG", "BPF program is too large. Processed " + env.processed + " insn");
      }
      InstructionFacts facts = env.facts[env.pc];
      if (watched) {
        env.watcher.visits(env.pc);
      }
      Event.End end = Event.End.PRUNED;
      boolean covered = facts.prunePoint && pruning.isVisited();
      if (!covered) {
        if (facts.jumpPoint) {
          noteHistory(0, 0);
        }
        if (watched) {
          env.watcher.stepStarts(env.state, env.pc, env.previousPc, facts.instruction);
        }
        env.liveness.begin();
        int at = env.pc;
        env.previousPc = at;
        boolean speculative = env.state.speculative;
        int next = speculative ? tryStep(facts) : step(facts);
        env.liveness.end(at);
        if (watched && next != BARRED) {
          env.watcher.stepEnds(env.state, next);
        }
        if (next >= 0 && !(speculative && facts.nospecResult)) {
          env.pc = next;
          continue;
        }
        end = next == -1 ? Event.End.EXIT : Event.End.BARRIER;
      }
      if (!nextPath(end)) {
        return;
      }
    }
  }

  /** Marks the end of a path, and takes up the youngest one that waits; false if there is none. */
  private boolean nextPath(Event.End end) {
    env.scratchEverything();
    env.watcher.pathEnds(env.state, env.pc, end);
    pruning.pathEnded(env.state);
    env.liveness.update();
    Pending next = pending.pollLast();
    if (next == null) {
      return false;
    }
    env.state = next.state;
    env.pc = next.pc;
    env.previousPc = next.previousPc;
    env.liveness.frameChanged();
    env.watcher.pathTaken(env.state, env.pc, env.previousPc);
    return true;
  }

  @Override
  public VerifierState fork(int pc, int previousPc) {
    VerifierState copy = env.state.copy();
    if (copy.parent != null) {
      copy.parent.branches++;
    }
    copy.branches = 1;
    push(copy, pc, previousPc);
    return copy;
  }

  @Override
  public void push(VerifierState state, int pc, int previousPc) {
    pending.addLast(new Pending(state, pc, previousPc));
    env.watcher.forked(state, pc);
    if (pending.size() > MAX_PENDING) {
      throw env.refuse("E2BIG", "The sequence of " + pending.size() + " jumps is too complex.");
    }
  }

  @Override
  public void noteHistory(int flags, long linked) {
    JumpHistory history = env.state.history;
    if (historyEntry >= 0) {
      history.amend(historyEntry, flags, linked);
    } else {
      historyEntry = history.add(env.pc, env.previousPcForHistory(), flags, linked);
    }
  }

  /**
   * A path that only a processor takes, before it knows better, may do what it must not: Linux puts
   * a barrier before the instruction instead (6.17).
   */
  private int tryStep(InstructionFacts facts) {
    if (facts.nospec) {
      env.watcher.stepBarred(env.state, false);
      return BARRED;
    }
    try {
      return step(facts);
    } catch (Rejection rejection) {
      boolean recovers =
          switch (rejection.errno()) {
            case "EPERM", "EACCES", "EINVAL" -> env.kernel.has(Behaviour.ADDS_BARRIERS);
            default -> false;
          };
      if (!recovers) {
        throw rejection;
      }
      facts.nospec = true;
      facts.aluState = 0;
      env.watcher.stepBarred(env.state, true);
      return BARRED;
    }
  }

  /** Executes the instruction at hand; returns the next one, or -1 when the path ends here. */
  private int step(InstructionFacts facts) {
    facts.seen |= !env.state.speculative;
    @Nullable Instruction instruction = facts.instruction;
    RawInstruction raw = env.code.at(env.pc);
    if (instruction == null || !InstructionVersions.knows(env.kernel, instruction)) {
      if (ControlFlow.isConditionalJump(raw)) {
        read(raw.dstReg()); // looked at before the fields that must be zero
      }
      throw reserved.refuse(raw);
    }
    int next = env.pc + instruction.slots();
    switch (instruction) {
      case Instruction.Alu alu -> {
        if (alu.op() == AluOp.MOV) {
          arithmetic.move(alu);
        } else {
          arithmetic.operate(alu);
        }
      }
      case Instruction.MoveSignExtend move -> arithmetic.moveSignExtend(move);
      case Instruction.Negate negate -> arithmetic.negate(negate);
      case Instruction.ByteSwap swap -> arithmetic.byteSwap(swap);
      case Instruction.AddressSpaceCast cast -> arithmetic.castAddressSpace(cast);
      case Instruction.Load load -> memory.load(load, raw);
      case Instruction.Store store -> memory.store(store);
      case Instruction.Atomic atomic -> atomics.atomic(atomic);
      case Instruction.LoadAcquire load -> atomics.loadAcquire(load);
      case Instruction.StoreRelease store -> atomics.storeRelease(store);
      case Instruction.LoadPacketAbsolute load -> {
        return calls.packetLoad(-1);
      }
      case Instruction.LoadPacketIndirect load -> {
        return calls.packetLoad(load.src());
      }
      case Instruction.LoadImmediate64 load -> wideLoads.load(load);
      case Instruction.Jump jump -> {
        env.jumpsProcessed++;
        return next + jump.offset();
      }
      case Instruction.LongJump jump -> {
        env.jumpsProcessed++;
        return next + jump.offset();
      }
      case Instruction.MayGoto jump -> {
        env.jumpsProcessed++;
        VerifierState earlier = previousEntry(env.state.parent, env.pc);
        VerifierState other = fork(next, env.pc);
        other.mayGotoDepth++;
        if (earlier != null) {
          widen(earlier, other);
        }
        return next + jump.offset();
      }
      case Instruction.ConditionalJump jump -> {
        env.jumpsProcessed++;
        return jumps.conditional(jump);
      }
      case Instruction.CallHelper call -> {
        env.jumpsProcessed++;
        return calls.helper(call.id());
      }
      case Instruction.CallKfunc call -> {
        env.jumpsProcessed++;
        return calls.kfunc(call);
      }
      case Instruction.CallLocal call -> {
        env.jumpsProcessed++;
        return calls.local(call);
      }
      case Instruction.CallRegister call -> throw reserved.refuse(raw);
      case Instruction.Exit exit -> {
        env.jumpsProcessed++;
        return exits.exit();
      }
    }
    return next;
  }

  @Override
  public Reg read(int number) {
    if (number >= FrameState.REGISTERS) {
      throw env.invalid("R" + number + " is invalid");
    }
    env.scratchReg(number);
    Reg reg = env.state.reg(number);
    if (reg.type() == RegType.NOT_INIT) {
      throw env.deny("R" + number + " !read_ok");
    }
    return reg;
  }

  @Override
  public void checkWritable(int number) {
    if (number >= FrameState.REGISTERS) {
      throw env.invalid("R" + number + " is invalid");
    }
    if (number == 10) {
      throw env.deny("frame pointer is read only");
    }
    env.scratchReg(number);
  }

  @Override
  public void write(int number, Reg value) {
    checkWritable(number);
    env.state.set(number, value);
  }
}
