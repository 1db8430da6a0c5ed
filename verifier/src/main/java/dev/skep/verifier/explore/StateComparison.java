package dev.skep.verifier.explore;

import dev.skep.catalog.Behaviour;
import dev.skep.verifier.observe.Covered;
import dev.skep.verifier.observe.Covered.Because;
import dev.skep.verifier.observe.Difference;
import dev.skep.verifier.observe.Place;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  // What an observer is told of the last comparison. The reasons are noted on every way through it,
  // since that costs a store each; the list is made only if somebody asks for it.
  private Because because = Because.SAME;
  private @Nullable Difference difference;
  private int frame;
  private int register;
  private int slot;
  private final boolean explains;
  private final List<Covered> covered = new ArrayList<>();

  StateComparison(Environment env) {
    this.env = env;
    this.explains = env.watcher.wantsCovers();
  }

  /** Nothing is compared yet. */
  void forget() {
    difference = null;
    frame = 0;
    register = -1;
    slot = -1;
  }

  /** The first difference that was met, or null. */
  @Nullable Difference difference() {
    return difference;
  }

  /** Frame of the register or slot that differs. */
  int frame() {
    return frame;
  }

  /** The register that differs, -1 if it is none. */
  int register() {
    return register;
  }

  /** The slot that differs, -1 if it is none. */
  int slot() {
    return slot;
  }

  /** Why each place was covered, if the observer asks for that. */
  List<Covered> covered() {
    return covered;
  }

  private boolean yes(Because why) {
    because = why;
    return true;
  }

  private boolean no(Difference why) {
    difference = why;
    return false;
  }

  boolean equal(VerifierState old, VerifierState current, Level level) {
    forget();
    covered.clear();
    if (old.currentFrame() != current.currentFrame()) {
      return no(Difference.FRAMES);
    }
    if (old.inSleepable != current.inSleepable) {
      return no(Difference.SLEEPABLE);
    }
    if (old.speculative && !current.speculative) {
      return no(Difference.SPECULATIVE);
    }
    oldToCurrent.clear();
    currentToOld.clear();
    temporaryId = env.lastId();
    if (!sameResources(old, current)) {
      return no(Difference.RESOURCES);
    }
    for (int f = 0; f <= old.currentFrame(); f++) {
      if (old.frame(f).callsite != current.frame(f).callsite) {
        return no(Difference.CALL_SITE);
      }
      if (!frameCovered(old.frame(f), current.frame(f), old.framePc(f), level)) {
        frame = f;
        return false;
      }
    }
    return true;
  }

  private boolean frameCovered(FrameState old, FrameState current, int pc, Level level) {
    if (old.callbackDepth > current.callbackDepth) {
      return no(Difference.CALLBACK_TURN);
    }
    int live = env.facts[pc].liveRegsBefore;
    for (int i = 0; i < FrameState.REGISTERS; i++) {
      if ((live & 1 << i) == 0) {
        because = Because.NOT_READ;
      } else if (!regCovered(old.regs[i], current.regs[i], level)) {
        register = i;
        return false;
      }
      if (explains && isKnown(old.regs[i], current.regs[i])) {
        covered.add(new Covered(new Place.Register(current.frameNumber, i), because));
      }
    }
    return stackCovered(old, current, level);
  }

  private static boolean isKnown(Reg old, Reg current) {
    return old.type() != RegType.NOT_INIT || current.type() != RegType.NOT_INIT;
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
      return yes(Because.SAME);
    }
    if (old.type() == RegType.NOT_INIT
        && (level == Level.NOT_EXACT || current.type() == RegType.NOT_INIT)) {
      return yes(Because.WAS_UNKNOWN);
    }
    if (old.type() != current.type() || old.flags() != current.flags()) {
      return no(Difference.TYPE);
    }
    return switch (old.type()) {
      case SCALAR_VALUE -> scalarCovered(old, current, level);
      case PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, PTR_TO_MEM, PTR_TO_BUF, PTR_TO_TP_BUFFER ->
          memoryCovered(old, current);
      case PTR_TO_PACKET_META, PTR_TO_PACKET -> packetCovered(old, current);
      case PTR_TO_STACK ->
          sameExactly(old, current) && (old.frame() == current.frame() || no(Difference.OBJECT));
      case PTR_TO_ARENA -> yes(Because.ARENA);
      default -> sameExactly(old, current);
    };
  }

  private boolean memoryCovered(Reg old, Reg current) {
    if (old.off() != current.off()) {
      return no(Difference.OFFSET);
    }
    if (!old.detail().equals(current.detail())) {
      return no(Difference.OBJECT);
    }
    if (!current.range().subsumedBy(old.range())) {
      return no(Difference.RANGE);
    }
    return sameId(old.id(), current.id()) && sameId(old.refObjId(), current.refObjId())
        ? yes(Because.POINTER_WITHIN)
        : no(Difference.IDS);
  }

  private boolean packetCovered(Reg old, Reg current) {
    if (!packetRangeCovered(old.packetRange(), current.packetRange())) {
      return no(Difference.CHECKED_BYTES);
    }
    if (old.off() != current.off()) {
      return no(Difference.OFFSET);
    }
    if (!sameId(old.id(), current.id())) {
      return no(Difference.IDS);
    }
    return current.range().subsumedBy(old.range())
        ? yes(Because.POINTER_WITHIN)
        : no(Difference.RANGE);
  }

  /** More checked bytes are fine; the marks for "at or beyond the end" only cover themselves. */
  private static boolean packetRangeCovered(int old, int current) {
    return old < 0 || current < 0 ? old == current : old <= current;
  }

  private boolean scalarCovered(Reg old, Reg current, Level level) {
    if (env.exploresAluLimits) {
      if (!old.sameValue(current)) {
        return no(valuesDiffer(old, current));
      }
      return linkedAlike(old, current, Because.SAME);
    }
    if (!old.precise() && level == Level.NOT_EXACT && env.profile.privileged()) {
      return yes(Because.NOT_PRECISE);
    }
    if (old.id() == 0 && env.kernel.has(Behaviour.IGNORES_NEW_LINKS)) {
      return current.range().subsumedBy(old.range())
          ? yes(Because.WITHIN_RANGE)
          : no(Difference.RANGE);
    }
    if ((old.id() & Reg.ADD_CONST) != (current.id() & Reg.ADD_CONST)) {
      return no(Difference.IDS);
    }
    if ((old.id() & Reg.ADD_CONST) != 0 && old.off() != current.off()) {
      return no(Difference.OFFSET);
    }
    return current.range().subsumedBy(old.range())
        ? linkedAlike(old, current, Because.WITHIN_RANGE)
        : no(Difference.RANGE);
  }

  private boolean linkedAlike(Reg old, Reg current, Because otherwise) {
    return !env.kernel.has(Behaviour.TRACKS_SCALAR_IDS) || sameScalarId(old.id(), current.id())
        ? yes(otherwise)
        : no(Difference.IDS);
  }

  private boolean sameExactly(Reg old, Reg current) {
    if (!old.sameValue(current)) {
      return no(valuesDiffer(old, current));
    }
    return sameId(old.id(), current.id()) && sameId(old.refObjId(), current.refObjId())
        ? yes(Because.SAME)
        : no(Difference.IDS);
  }

  private static Difference valuesDiffer(Reg old, Reg current) {
    if (old.type() != current.type() || old.flags() != current.flags()) {
      return Difference.TYPE;
    }
    if (!old.detail().equals(current.detail())) {
      return Difference.OBJECT;
    }
    return old.off() == current.off() ? Difference.RANGE : Difference.OFFSET;
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
        slot = i;
        return no(Difference.BYTES);
      }
      if (was.isEmpty()) {
        because = Because.WAS_UNKNOWN;
      } else if (was.equals(is) && was.spilled().type() == RegType.NOT_INIT) {
        because = Because.SAME;
      } else if (!slotCovered(was, is, level)) {
        slot = i;
        return false;
      }
      if (explains && !(was.isEmpty() && (is == null || is.isEmpty()))) {
        covered.add(new Covered(new Place.Slot(current.frameNumber, i), because));
      }
    }
    return true;
  }

  private boolean slotCovered(StackSlot was, @Nullable StackSlot is, Level level) {
    because = Because.BYTES;
    for (int b = 0; b < StackSlot.BYTES; b++) {
      int type = was.type(b);
      if (type == StackSlot.INVALID || env.profile.privileged() && type == StackSlot.MISC) {
        continue;
      }
      if (is == null) {
        return no(Difference.BYTES);
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
        return no(Difference.BYTES);
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
          sameUnit(
              old,
              current,
              old.detail() instanceof Detail.OfDynptr a
                  && current.detail() instanceof Detail.OfDynptr b
                  && a.type() == b.type()
                  && a.firstSlot() == b.firstSlot());
      case StackSlot.ITERATOR ->
          sameUnit(
              old,
              current,
              old.detail() instanceof Detail.OfIterator a
                  && current.detail() instanceof Detail.OfIterator b
                  && a.btf() == b.btf()
                  && a.typeId() == b.typeId()
                  && a.state() == b.state());
      case StackSlot.IRQ_FLAG -> sameUnit(old, current, old.detail().equals(current.detail()));
      default -> true;
    };
  }

  private boolean sameUnit(Reg old, Reg current, boolean sameKind) {
    if (!sameKind) {
      return no(Difference.OBJECT);
    }
    return sameId(old.refObjId(), current.refObjId()) ? yes(Because.SAME) : no(Difference.IDS);
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
  boolean maybeLooping(VerifierState old, VerifierState current) {
    if (old.currentFrame() != current.currentFrame()) {
      return no(Difference.FRAMES);
    }
    Reg[] a = old.regs();
    Reg[] b = current.regs();
    for (int i = 0; i < a.length; i++) {
      boolean sameValue = a[i].sameValue(b[i]);
      if (!sameValue || a[i].id() != b[i].id() || a[i].refObjId() != b[i].refObjId()) {
        frame = old.currentFrame();
        register = i;
        return no(sameValue ? Difference.IDS : valuesDiffer(a[i], b[i]));
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
