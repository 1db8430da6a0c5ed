package dev.skep.verifier.explore;

import dev.skep.catalog.Behaviour;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a state is covered by one that was walked before ({@code states_equal}). */
final class StateComparison {

  /** {@code enum exact_level}. */
  enum Level {
    /** Numbers that nothing depends on may differ. */
    NOT_EXACT,
    EXACT,
    /** Marks are not final: every number must lie within the old one. */
    RANGE_WITHIN
  }

  private final Environment env;

  /** Ids of the old state and what they are in the current one: a bijection. */
  private final Map<Integer, Integer> oldToCurrent = new HashMap<>();

  private final Map<Integer, Integer> currentToOld = new HashMap<>();
  private int temporaryId;

  StateComparison(Environment env) {
    this.env = env;
  }

  boolean equal(VerifierState old, VerifierState current, Level level) {
    if (old.currentFrame() != current.currentFrame() || old.inSleepable != current.inSleepable) {
      return false;
    }
    if (old.speculative && !current.speculative) {
      return false;
    }
    oldToCurrent.clear();
    currentToOld.clear();
    temporaryId = env.lastId();
    if (!sameResources(old, current)) {
      return false;
    }
    for (int f = 0; f <= old.currentFrame(); f++) {
      if (old.frame(f).callsite != current.frame(f).callsite
          || !frameCovered(old.frame(f), current.frame(f), old.framePc(f), level)) {
        return false;
      }
    }
    return true;
  }

  private boolean frameCovered(FrameState old, FrameState current, int pc, Level level) {
    if (old.callbackDepth > current.callbackDepth) {
      return false;
    }
    int live = env.facts[pc].liveRegsBefore;
    for (int i = 0; i < FrameState.REGISTERS; i++) {
      if ((live & 1 << i) != 0 && !regCovered(old.regs[i], current.regs[i], level)) {
        return false;
      }
    }
    return stackCovered(old, current, level);
  }

  private boolean sameResources(VerifierState old, VerifierState current) {
    if (old.references.size() != current.references.size()
        || old.activeLocks != current.activeLocks
        || old.activePreemptLocks != current.activePreemptLocks
        || old.activeRcuLocks != current.activeRcuLocks
        || !sameId(old.activeIrqId, current.activeIrqId)
        || !sameId(old.activeLockId, current.activeLockId)
        || old.activeLockOwner != current.activeLockOwner) {
      return false;
    }
    for (int i = 0; i < old.references.size(); i++) {
      Reference a = old.references.get(i);
      Reference b = current.references.get(i);
      if (!sameId(a.id(), b.id())
          || a.kind() != b.kind()
          || a.kind().isLock() && a.owner() != b.owner()) {
        return false;
      }
    }
    return true;
  }

  /** Whether what was safe with the old content is safe with the current one ({@code regsafe}). */
  private boolean regCovered(Reg old, Reg current, Level level) {
    if (level == Level.EXACT) {
      return sameExactly(old, current);
    }
    if (!env.kernel.has(Behaviour.COMPARES_IDS_OF_EQUAL_REGISTERS)
        && old.sameValue(current)
        && old.id() == current.id()
        && old.refObjId() == current.refObjId()) {
      return true;
    }
    if (old.type() == RegType.NOT_INIT
        && (level == Level.NOT_EXACT || current.type() == RegType.NOT_INIT)) {
      return true;
    }
    if (old.type() != current.type() || old.flags() != current.flags()) {
      return false;
    }
    return switch (old.type()) {
      case SCALAR_VALUE -> scalarCovered(old, current, level);
      case PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, PTR_TO_MEM, PTR_TO_BUF, PTR_TO_TP_BUFFER ->
          old.off() == current.off()
              && old.detail().equals(current.detail())
              && current.range().subsumedBy(old.range())
              && sameId(old.id(), current.id())
              && sameId(old.refObjId(), current.refObjId());
      case PTR_TO_PACKET_META, PTR_TO_PACKET ->
          packetRangeCovered(old.packetRange(), current.packetRange())
              && old.off() == current.off()
              && sameId(old.id(), current.id())
              && current.range().subsumedBy(old.range());
      case PTR_TO_STACK -> sameExactly(old, current) && old.frame() == current.frame();
      case PTR_TO_ARENA -> true;
      default -> sameExactly(old, current);
    };
  }

  /** More checked bytes are fine; the marks for "at or beyond the end" only cover themselves. */
  private static boolean packetRangeCovered(int old, int current) {
    return old < 0 || current < 0 ? old == current : old <= current;
  }

  private boolean scalarCovered(Reg old, Reg current, Level level) {
    if (env.exploresAluLimits) {
      return old.sameValue(current)
          && (!env.kernel.has(Behaviour.TRACKS_SCALAR_IDS) || sameScalarId(old.id(), current.id()));
    }
    if (!old.precise() && level == Level.NOT_EXACT && env.profile.privileged()) {
      return true;
    }
    if (old.id() == 0 && env.kernel.has(Behaviour.IGNORES_NEW_LINKS)) {
      return current.range().subsumedBy(old.range());
    }
    if ((old.id() & Reg.ADD_CONST) != (current.id() & Reg.ADD_CONST)) {
      return false;
    }
    if ((old.id() & Reg.ADD_CONST) != 0 && old.off() != current.off()) {
      return false;
    }
    return current.range().subsumedBy(old.range())
        && (!env.kernel.has(Behaviour.TRACKS_SCALAR_IDS) || sameScalarId(old.id(), current.id()));
  }

  private boolean sameExactly(Reg old, Reg current) {
    return old.sameValue(current)
        && sameId(old.id(), current.id())
        && sameId(old.refObjId(), current.refObjId());
  }

  private boolean sameId(int old, int current) {
    if ((old == 0) != (current == 0)) {
      return false;
    }
    if (old == 0) {
      return true;
    }
    Integer known = oldToCurrent.get(old);
    if (known != null) {
      return known == current;
    }
    if (currentToOld.containsKey(current) && env.kernel.has(Behaviour.TRACKS_SCALAR_IDS)) {
      return false;
    }
    oldToCurrent.put(old, current);
    currentToOld.put(current, old);
    return true;
  }

  private boolean sameScalarId(int old, int current) {
    return sameId(old == 0 ? ++temporaryId : old, current == 0 ? ++temporaryId : current);
  }

  private boolean stackCovered(FrameState old, FrameState current, Level level) {
    for (int i = 0; i < old.stack.length; i++) {
      StackSlot was = old.stack[i];
      @Nullable StackSlot is = i < current.stack.length ? current.stack[i] : null;
      if (level != Level.NOT_EXACT && (is == null || is.types() != was.types())) {
        return false;
      }
      if (was.isEmpty() || was.equals(is) && was.spilled().type() == RegType.NOT_INIT) {
        continue;
      }
      if (!slotCovered(was, is, level)) {
        return false;
      }
    }
    return true;
  }

  private boolean slotCovered(StackSlot was, @Nullable StackSlot is, Level level) {
    for (int b = 0; b < StackSlot.BYTES; b++) {
      int type = was.type(b);
      if (type == StackSlot.INVALID || env.profile.privileged() && type == StackSlot.MISC) {
        continue;
      }
      if (is == null) {
        return false;
      }
      Reg oldScalar = scalarOf(was);
      Reg currentScalar = scalarOf(is);
      if (oldScalar != null && currentScalar != null) {
        return regCovered(oldScalar, currentScalar, level);
      }
      if (type == StackSlot.MISC && is.type(b) == StackSlot.ZERO) {
        continue;
      }
      if (type != is.type(b)) {
        return false;
      }
      if (b == StackSlot.BYTES - 1 && !sameUnit(was, is, level)) {
        return false;
      }
    }
    return true;
  }

  private boolean sameUnit(StackSlot was, StackSlot is, Level level) {
    Reg old = was.spilled();
    Reg current = is.spilled();
    return switch (was.type()) {
      case StackSlot.SPILL -> regCovered(old, current, level);
      case StackSlot.DYNPTR ->
          old.detail() instanceof Detail.OfDynptr a
              && current.detail() instanceof Detail.OfDynptr b
              && a.type() == b.type()
              && a.firstSlot() == b.firstSlot()
              && sameId(old.refObjId(), current.refObjId());
      case StackSlot.ITERATOR ->
          old.detail() instanceof Detail.OfIterator a
              && current.detail() instanceof Detail.OfIterator b
              && a.btf() == b.btf()
              && a.typeId() == b.typeId()
              && a.state() == b.state()
              && sameId(old.refObjId(), current.refObjId());
      case StackSlot.IRQ_FLAG ->
          old.detail().equals(current.detail()) && sameId(old.refObjId(), current.refObjId());
      default -> true;
    };
  }

  /** A slot as the number that a load of all of it gives, or null. */
  private @Nullable Reg scalarOf(StackSlot slot) {
    if (slot.isSpilledScalar64()) {
      return slot.spilled();
    }
    for (int b = 0; b < StackSlot.BYTES; b++) {
      int type = slot.type(b);
      if (type != StackSlot.MISC && !(type == StackSlot.INVALID && env.profile.privileged())) {
        return null;
      }
    }
    return Reg.UNKNOWN;
  }

  /** A cheap look: the innermost registers are the same but for ids. */
  static boolean maybeLooping(VerifierState old, VerifierState current) {
    if (old.currentFrame() != current.currentFrame()) {
      return false;
    }
    Reg[] a = old.regs();
    Reg[] b = current.regs();
    for (int i = 0; i < a.length; i++) {
      if (!a[i].sameValue(b[i]) || a[i].id() != b[i].id() || a[i].refObjId() != b[i].refObjId()) {
        return false;
      }
    }
    return true;
  }

  /** Whether an active iterator has moved on between the two. */
  static boolean iteratorDepthsDiffer(VerifierState old, VerifierState current) {
    for (int f = old.currentFrame(); f >= 0; f--) {
      StackSlot[] stack = old.frame(f).stack;
      StackSlot[] now = current.frame(f).stack;
      for (int i = 0; i < stack.length && i < now.length; i++) {
        if (stack[i].spilled().detail() instanceof Detail.OfIterator a
            && a.state() == Detail.IteratorState.ACTIVE
            && now[i].spilled().detail() instanceof Detail.OfIterator b
            && a.depth() != b.depth()) {
          return true;
        }
      }
    }
    return false;
  }
}
