package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.ProgramType;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;

/**
 * Iterators that a program keeps on its stack and steps itself ({@code process_iter_arg}, {@code
 * process_iter_next_call}).
 */
final class OpenCodedIterators {

  private static final String PREFIX = "bpf_iter_";

  private final Path path;
  private final Environment env;
  private final MemoryAccess memory;

  OpenCodedIterators(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.memory = memory;
  }

  /** The iterator argument of a call. */
  void argument(KfuncCall call, Reg reg, int number) {
    if (call.is("bpf_iter_css_task_new") && !mayIterateTasksOfCss()) {
      throw env.invalid("css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs");
    }
    if (reg.type() != RegType.PTR_TO_STACK) {
      throw env.invalid("arg#" + (number - 1) + " expected pointer to an iterator on stack");
    }
    int type = iteratorType(call, number - 1);
    if (type < 0) {
      throw env.invalid("expected valid iter pointer as arg #" + (number - 1));
    }
    String name = "iter_" + call.btf.type(type).name().substring(PREFIX.length());
    int slots = (int) call.btf.sizeOf(type) / StackSlot.BYTES;
    if (call.has(KfuncFlag.ITER_NEW)) {
      create(call, reg, number, type, name, slots);
      return;
    }
    int first = StackObjects.slot(env, reg, "iter", slots);
    FrameState frame = env.state.frame(reg.frame());
    if (first < 0 || !isInitialized(call, frame, first, slots, type)) {
      throw env.invalid("expected an initialized " + name + " as arg #" + (number - 1));
    }
    StackObjects.noteRead(env, frame, first, slots);
    call.iteratorSlot = first;
    call.iteratorFrame = reg.frame();
    call.refObjId = frame.stack[first].spilled().refObjId();
    if (call.has(KfuncFlag.ITER_DESTROY)) {
      destroy(frame, first, slots);
    }
  }

  private boolean mayIterateTasksOfCss() {
    return env.type() == ProgramType.LSM
        || env.type() == ProgramType.TRACING && env.attachType() == AttachType.TRACE_ITER
        || env.state.inSleepable;
  }

  /** The iterator's structure, or -1 if the parameter is none ({@code btf_check_iter_arg}). */
  private static int iteratorType(KfuncCall call, int index) {
    Btf btf = call.btf;
    if (!(btf.resolved(call.parameters().get(index).type()) instanceof BtfType.Ptr pointer)) {
      return -1;
    }
    int type = btf.resolve(pointer.type());
    boolean valid =
        btf.type(type) instanceof BtfType.Struct struct
            && struct.name().startsWith(PREFIX)
            && btf.sizeOf(type) > 0
            && btf.sizeOf(type) % StackSlot.BYTES == 0;
    return valid ? type : -1;
  }

  private void create(KfuncCall call, Reg reg, int number, int type, String name, int slots) {
    int first = StackObjects.slot(env, reg, "iter", slots);
    FrameState frame = env.state.frame(reg.frame());
    if (first == StackObjects.MISPLACED || first >= 0 && holdsIterator(frame, first, slots)) {
      throw env.invalid("expected uninitialized " + name + " as arg #" + (number - 1));
    }
    for (int i = 0; i < slots; i++) {
      memory.access(number, reg, i * StackSlot.BYTES, StackSlot.BYTES, true, -1, null, false);
    }
    first = StackObjects.slot(env, reg, "iter", slots);
    int flags = 0;
    if (call.has(KfuncFlag.RCU_PROTECTED)) {
      flags = References.inRcuSection(env) ? TypeFlags.MEM_RCU : TypeFlags.PTR_UNTRUSTED;
    }
    int id = References.acquire(env);
    var detail = new Detail.OfIterator(call.btf, type, Detail.IteratorState.ACTIVE, 0);
    Reg content = Reg.pointer(RegType.PTR_TO_STACK, flags, detail);
    for (int i = 0; i < slots; i++) {
      frame.stack[first - i] =
          StackSlot.filled(StackSlot.ITERATOR, i == 0 ? content.withRefObjId(id) : content);
    }
    StackObjects.noteWrite(env, frame, first, slots);
  }

  private static boolean holdsIterator(FrameState frame, int first, int slots) {
    for (int i = 0; i < slots; i++) {
      for (int b = 0; b < StackSlot.BYTES; b++) {
        if (frame.stack[first - i].type(b) == StackSlot.ITERATOR) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isInitialized(KfuncCall call, FrameState frame, int first, int slots, int type) {
    for (int i = 0; i < slots; i++) {
      StackSlot slot = frame.stack[first - i];
      Reg content = slot.spilled();
      if (content.has(TypeFlags.PTR_UNTRUSTED) && slot.type() == StackSlot.ITERATOR) {
        throw env.refuse("EPROTO", "expected an RCU CS when using " + call.name);
      }
      boolean whole =
          slot.isAll(StackSlot.ITERATOR)
              && (content.refObjId() != 0) == (i == 0)
              && content.detail() instanceof Detail.OfIterator iterator
              && iterator.btf() == call.btf
              && iterator.typeId() == type;
      if (!whole) {
        return false;
      }
    }
    return true;
  }

  private void destroy(FrameState frame, int first, int slots) {
    References.release(env, frame.stack[first].spilled().refObjId());
    for (int i = 0; i < slots; i++) {
      frame.stack[first - i] = StackSlot.EMPTY;
    }
    StackObjects.noteWrite(env, frame, first, slots);
  }

  /** What {@code …_next} returns is valid as long as the iterator is. */
  Reg element(KfuncCall call, Reg result) {
    if (result.type() != RegType.PTR_TO_BTF_ID) {
      return result;
    }
    Reg iterator = env.state.frame(call.iteratorFrame).stack[call.iteratorSlot].spilled();
    int flag = iterator.has(TypeFlags.MEM_RCU) ? TypeFlags.MEM_RCU : TypeFlags.PTR_TRUSTED;
    return result.withFlags(result.flags() | flag);
  }

  /**
   * After {@code …_next}: on one path there is another element, on the other the iterator is
   * drained. What the loop changes without need is given up on the first, so that it converges.
   */
  void step(KfuncCall call) {
    VerifierState current = env.state;
    Reg iterator = current.frame(call.iteratorFrame).stack[call.iteratorSlot].spilled();
    if (!(iterator.detail() instanceof Detail.OfIterator now)) {
      throw new IllegalStateException("no iterator in its slot");
    }
    if (now.state() == Detail.IteratorState.ACTIVE) {
      VerifierState previous = path.previousEntry(current.parent, env.pc);
      VerifierState more = path.fork(env.pc + 1, env.pc);
      set(more, call, new Detail.OfIterator(now.btf(), now.typeId(), now.state(), now.depth() + 1));
      if (previous != null) {
        path.widen(previous, more);
      }
      Reg element = more.reg(0);
      more.set(0, element.withFlags(element.flags() & ~TypeFlags.PTR_MAYBE_NULL));
    }
    set(
        current,
        call,
        new Detail.OfIterator(now.btf(), now.typeId(), Detail.IteratorState.DRAINED, now.depth()));
    current.set(0, Reg.ZERO);
  }

  private static void set(VerifierState state, KfuncCall call, Detail.OfIterator detail) {
    StackSlot[] stack = state.frame(call.iteratorFrame).stack;
    StackSlot slot = stack[call.iteratorSlot];
    stack[call.iteratorSlot] = slot.withSpilled(slot.spilled().withDetail(detail));
  }
}
