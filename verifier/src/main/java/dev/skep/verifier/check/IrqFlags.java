package dev.skep.verifier.check;

import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;

/** Saved interrupt flags on the stack ({@code process_irq_flag}). */
final class IrqFlags {

  private static final int OUT_OF_RANGE = -34;
  private static final int INVALID = -22;

  private final Environment env;
  private final MemoryAccess memory;

  IrqFlags(Environment env, MemoryAccess memory) {
    this.env = env;
    this.memory = memory;
  }

  void process(KfuncCall call, Reg reg, int number) {
    if (reg.type() != RegType.PTR_TO_STACK) {
      throw env.invalid("arg#" + (number - 1) + " doesn't point to an irq flag on stack");
    }
    boolean resilient = call.name.startsWith("bpf_res_spin");
    FrameState frame = env.state.frame(reg.frame());
    int index = slotIndex(frame, reg);
    boolean save = call.is("bpf_local_irq_save") || call.is("bpf_res_spin_lock_irqsave");
    if (save) {
      if (index == INVALID || index >= 0 && holdsFlag(frame.stack[index])) {
        throw env.invalid("expected uninitialized irq flag as arg#" + (number - 1));
      }
      memory.access(number, reg, 0, StackSlot.BYTES, true, -1, null, false);
      save(reg, resilient);
    } else {
      boolean initialized =
          index >= 0
              && frame.stack[index].isAll(StackSlot.IRQ_FLAG)
              && frame.stack[index].spilled().refObjId() != 0;
      if (!initialized) {
        throw env.invalid("expected an initialized irq flag as arg#" + (number - 1));
      }
      env.liveness.read(frame.frameNumber, env.pc, 1L << index);
      restore(frame, index, resilient);
    }
  }

  private static boolean holdsFlag(StackSlot slot) {
    for (int i = 0; i < StackSlot.BYTES; i++) {
      if (slot.type(i) == StackSlot.IRQ_FLAG) {
        return true;
      }
    }
    return false;
  }

  /** The slot that a pointer reaches, or why there is none. */
  private int slotIndex(FrameState frame, Reg reg) {
    if (!reg.range().isConst()) {
      env.log.message("irq_flag has to be at a constant offset");
      return INVALID;
    }
    int off = (int) (reg.off() + reg.range().constantValue());
    int index = (-off - 1) / StackSlot.BYTES;
    if (off % StackSlot.BYTES != 0 || off >= 0) {
      env.log.message("cannot pass in irq_flag at an offset=" + off);
      return INVALID;
    }
    return index >= frame.stack.length ? OUT_OF_RANGE : index;
  }

  private void save(Reg reg, boolean resilient) {
    FrameState frame = env.state.frame(reg.frame());
    int index = slotIndex(frame, reg);
    int id = env.newId();
    env.state.references.add(new Reference(Reference.Kind.IRQ, id, env.pc, null));
    env.state.activeIrqId = id;
    Reg flag =
        Reg.pointer(RegType.PTR_TO_STACK, 0, new Detail.OfIrqFlag(resilient)).withRefObjId(id);
    frame.stack[index] = StackSlot.filled(StackSlot.IRQ_FLAG, flag);
    env.liveness.write(frame.frameNumber, 1L << index);
    env.scratchSlot(index);
  }

  private void restore(FrameState frame, int index, boolean resilient) {
    Reg flag = frame.stack[index].spilled();
    boolean saved = flag.detail() instanceof Detail.OfIrqFlag(boolean byLock) && byLock;
    if (saved != resilient) {
      throw env.invalid(
          "irq flag acquired by %s kfuncs cannot be restored with %s kfuncs"
              .formatted(saved ? "lock" : "native", resilient ? "lock" : "native"));
    }
    VerifierState state = env.state;
    if (flag.refObjId() != state.activeIrqId) {
      int pc = 0;
      for (Reference reference : state.references) {
        if (reference.id() == state.activeIrqId) {
          pc = reference.pc();
          break;
        }
      }
      throw env.deny(
          "cannot restore irq state out of order, expected id=%d acquired at insn_idx=%d"
              .formatted(state.activeIrqId, pc));
    }
    int previous = 0;
    for (int i = 0; i < state.references.size(); i++) {
      Reference reference = state.references.get(i);
      if (reference.kind() == Reference.Kind.IRQ) {
        if (reference.id() == flag.refObjId()) {
          state.references.remove(i);
          break;
        }
        previous = reference.id();
      }
    }
    state.activeIrqId = previous;
    frame.stack[index] = StackSlot.EMPTY;
    env.liveness.write(frame.frameNumber, 1L << index);
    env.scratchSlot(index);
  }
}
