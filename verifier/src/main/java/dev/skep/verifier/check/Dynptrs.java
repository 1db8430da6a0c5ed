package dev.skep.verifier.check;

import dev.skep.catalog.Behaviour;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Detail.DynptrType;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.TypeFlags;
import org.jspecify.annotations.Nullable;

/**
 * Dynamic pointers: sixteen bytes on the stack, or behind a {@code dynptr_ptr}, that stand for
 * memory whose size is known at run time ({@code process_dynptr_func}).
 */
final class Dynptrs {

  private static final int SLOTS = 2;

  private final Environment env;

  Dynptrs(Environment env) {
    this.env = env;
  }

  /** The argument of a callback that gets a dynptr which it may not change. */
  static Reg constant(Environment env) {
    return Reg.pointer(
            RegType.CONST_PTR_TO_DYNPTR, 0, new Detail.OfDynptr(DynptrType.LOCAL, true, 0))
        .withId(env.newId());
  }

  /** Refuses what is no pointer to a dynptr, nor to where one may be. */
  void checkPointer(int number, Reg reg) {
    if (reg.type() != RegType.PTR_TO_STACK && reg.type() != RegType.CONST_PTR_TO_DYNPTR) {
      throw env.invalid(
          "arg#" + (number - 1) + " expected pointer to stack or const struct bpf_dynptr");
    }
  }

  private boolean isDynptr(Reg reg) {
    int first = StackObjects.slot(env, reg, "dynptr", SLOTS);
    StackSlot[] stack = env.state.frame(reg.frame()).stack;
    for (int i = first; i >= 0 && i > first - SLOTS; i--) {
      if (i < stack.length && stack[i].type() == StackSlot.DYNPTR) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes a dynptr where an argument points to.
   *
   * @param cloneOf the reference that a clone shares, 0 for none
   */
  void create(MemoryAccess memory, int number, Reg reg, DynptrType type, int cloneOf) {
    boolean free =
        reg.type() == RegType.PTR_TO_STACK
            && StackObjects.slot(env, reg, "dynptr", SLOTS) != StackObjects.MISPLACED;
    if (!free || !env.kernel.has(Behaviour.OVERWRITES_DYNPTRS) && isDynptr(reg)) {
      throw env.invalid("Dynptr has to be an uninitialized dynptr");
    }
    for (int i = 0; i < SLOTS; i++) {
      memory.access(number, reg, i * StackSlot.BYTES, StackSlot.BYTES, true, -1, null, false);
    }
    int first = StackObjects.slot(env, reg, "dynptr", SLOTS);
    FrameState frame = env.state.frame(reg.frame());
    destroy(frame, first);
    destroy(frame, first - 1);
    int id = env.newId();
    int reference = 0;
    if (type.isReferenced()) {
      reference = cloneOf != 0 ? cloneOf : References.acquire(env);
    }
    for (int i = 0; i < SLOTS; i++) {
      Reg content =
          Reg.pointer(RegType.CONST_PTR_TO_DYNPTR, 0, new Detail.OfDynptr(type, i == 0, 0))
              .withId(id)
              .withRefObjId(reference);
      frame.stack[first - i] = StackSlot.filled(StackSlot.DYNPTR, content);
    }
    StackObjects.noteWrite(env, frame, first, SLOTS);
  }

  /**
   * A dynptr that exists.
   *
   * @param readOnly whether the function leaves the dynptr itself alone
   * @param wanted the type that it must have, null for any
   * @return its first slot, or the {@code dynptr_ptr}
   */
  Reg use(int number, Reg reg, boolean readOnly, @Nullable DynptrType wanted) {
    boolean constant = reg.type() == RegType.CONST_PTR_TO_DYNPTR;
    if (constant && !readOnly) {
      throw env.invalid("cannot pass pointer to const bpf_dynptr, the helper mutates it");
    }
    int first = constant ? 0 : StackObjects.slot(env, reg, "dynptr", SLOTS);
    Reg dynptr = constant ? reg : first < 0 ? null : at(env.state.frame(reg.frame()), first);
    if (dynptr == null) {
      throw env.invalid("Expected an initialized dynptr as arg #" + (number - 1));
    }
    if (wanted != null && typeOf(dynptr) != wanted) {
      throw env.invalid("Expected a dynptr of type " + wanted.text() + " as arg #" + (number - 1));
    }
    if (!constant) {
      StackObjects.noteRead(env, env.state.frame(reg.frame()), first, SLOTS);
    }
    return dynptr;
  }

  /** The dynptr whose first slot this is, or null. */
  private static @Nullable Reg at(FrameState frame, int first) {
    StackSlot slot = frame.stack[first];
    boolean whole =
        slot.isAll(StackSlot.DYNPTR)
            && frame.stack[first - 1].isAll(StackSlot.DYNPTR)
            && slot.spilled().detail() instanceof Detail.OfDynptr dynptr
            && dynptr.firstSlot();
    return whole ? slot.spilled() : null;
  }

  /** The type of a dynptr. */
  static DynptrType typeOf(Reg dynptr) {
    return ((Detail.OfDynptr) dynptr.detail()).type();
  }

  /** What pointers into a dynptr's memory carry, so that they end with what they point into. */
  static int sliceFlag(DynptrType type) {
    return switch (type) {
      case LOCAL -> TypeFlags.DYNPTR_TYPE_LOCAL;
      case RINGBUF -> TypeFlags.DYNPTR_TYPE_RINGBUF;
      case SKB -> TypeFlags.DYNPTR_TYPE_SKB;
      case XDP -> TypeFlags.DYNPTR_TYPE_XDP;
      case SKB_META -> TypeFlags.DYNPTR_TYPE_SKB_META;
      case FILE -> TypeFlags.DYNPTR_TYPE_FILE;
    };
  }

  /** Before a dynptr is released: it must be one that holds something. */
  void checkRelease(int number, Reg reg) {
    if (reg.type() != RegType.PTR_TO_STACK) {
      throw env.invalid("cannot release unowned const bpf_dynptr");
    }
    int first = StackObjects.slot(env, reg, "dynptr", SLOTS);
    if (first < 0 || env.state.frame(reg.frame()).stack[first].spilled().refObjId() == 0) {
      throw env.invalid("arg " + number + " is an unacquired reference");
    }
  }

  /** Ends a dynptr, its clones, and what points into its memory. */
  void release(Reg reg) {
    int first = StackObjects.slot(env, reg, "dynptr", SLOTS);
    FrameState frame = env.state.frame(reg.frame());
    Reg dynptr = frame.stack[first].spilled();
    if (!typeOf(dynptr).isReferenced()) {
      invalidate(frame, first);
      return;
    }
    int reference = dynptr.refObjId();
    References.release(env, reference);
    for (int i = 1; i < frame.stack.length; i++) {
      StackSlot slot = frame.stack[i];
      if (slot.type() == StackSlot.DYNPTR
          && slot.spilled().refObjId() == reference
          && slot.spilled().detail() instanceof Detail.OfDynptr one
          && one.firstSlot()) {
        invalidate(frame, i);
      }
    }
  }

  private void invalidate(FrameState frame, int first) {
    frame.stack[first] = StackSlot.EMPTY;
    frame.stack[first - 1] = StackSlot.EMPTY;
    env.liveness.write(frame.frameNumber, StackObjects.mask(first, SLOTS));
  }

  /** A write to a slot ends the dynptr there ({@code destroy_if_dynptr_stack_slot}). */
  void destroy(FrameState frame, int slot) {
    if (frame.stack[slot].type(0) != StackSlot.DYNPTR
        || !(frame.stack[slot].spilled().detail() instanceof Detail.OfDynptr content)) {
      return;
    }
    int first = content.firstSlot() ? slot : slot + 1;
    if (content.type().isReferenced()) {
      throw env.invalid("cannot overwrite referenced dynptr");
    }
    int id = frame.stack[first].spilled().id();
    StackObjects.noteWrite(env, frame, first, SLOTS);
    frame.stack[first] = StackSlot.EMPTY;
    frame.stack[first - 1] = StackSlot.EMPTY;
    Reg gone = Calls.invalid(env);
    env.state.replaceAll(reg -> isSlice(reg, id) ? gone : reg);
  }

  private static boolean isSlice(Reg reg, int id) {
    return reg.type() == RegType.PTR_TO_MEM
        && (reg.flags() & ~TypeFlags.PTR_MAYBE_NULL) == 0
        && reg.detail() instanceof Detail.OfMemory memory
        && memory.dynptrId() == id;
  }
}
