package dev.skep.verifier.explain;

import dev.skep.btf.BtfType;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.observe.State;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;
import java.util.Arrays;
import java.util.List;

/** The text of states in the kernel's log: {@code R1=ctx() R2=scalar(umax=255) fp-8=0}. */
public final class StatePrinter {

  private final StringBuilder out = new StringBuilder();

  /** Whether every number counts as precise, as for an unprivileged loader. */
  private final boolean allPrecise;

  private StatePrinter(boolean allPrecise) {
    this.allPrecise = allPrecise;
  }

  /**
   * The text of one frame's state, with a leading space where there is something to show.
   *
   * @param regMask registers to show, as bits
   * @param slotMask stack slots to show, as bits
   * @param allPrecise whether every number counts as precise
   */
  public static String frame(
      VerifierState state, int frameNumber, int regMask, long slotMask, boolean allPrecise) {
    FrameState frame = state.frame(frameNumber);
    StatePrinter printer = new StatePrinter(allPrecise);
    printer.printFrame(
        frame.frameNumber,
        Arrays.asList(frame.regs),
        Arrays.asList(frame.stack),
        state.references,
        regMask,
        slotMask);
    printer.printCallback(frame.inCallback, frame.inAsyncCallback);
    return printer.out.toString();
  }

  /** The same of a snapshot. */
  public static String frame(
      State state, int frameNumber, int regMask, long slotMask, boolean allPrecise) {
    State.Frame frame = state.frames().get(frameNumber);
    StatePrinter printer = new StatePrinter(allPrecise);
    printer.printFrame(
        frame.number(), frame.registers(), frame.stack(), state.references(), regMask, slotMask);
    printer.printCallback(frame.callback(), frame.asyncCallback());
    return printer.out.toString();
  }

  /** The text of one register or spilled register. */
  public static String register(FrameState frame, Reg reg) {
    StatePrinter printer = new StatePrinter(false);
    printer.printReg(frame.frameNumber, reg);
    return printer.out.toString();
  }

  private void printFrame(
      int frameNumber,
      List<Reg> registers,
      List<StackSlot> stack,
      List<Reference> references,
      int regMask,
      long slotMask) {
    if (frameNumber != 0) {
      out.append(" frame").append(frameNumber).append(':');
    }
    for (int i = 0; i < FrameState.REGISTERS; i++) {
      Reg reg = registers.get(i);
      if (reg.type() != RegType.NOT_INIT && (regMask & 1 << i) != 0) {
        out.append(" R").append(i).append('=');
        printReg(frameNumber, reg);
      }
    }
    printStack(frameNumber, stack, slotMask);
    printReferences(references);
  }

  private void printCallback(boolean atOnce, boolean later) {
    if (atOnce) {
      out.append(" cb");
    }
    if (later) {
      out.append(" async_cb");
    }
  }

  private void printStack(int frameNumber, List<StackSlot> stack, long slotMask) {
    for (int i = 0; i < stack.size(); i++) {
      StackSlot slot = stack.get(i);
      if (slot.isEmpty() || (slotMask & 1L << i) == 0) {
        continue;
      }
      int offset = -(i + 1) * StackSlot.BYTES;
      switch (slot.type()) {
        case StackSlot.SPILL -> {
          out.append(" fp").append(offset).append('=');
          for (int b = 0; b < StackSlot.BYTES && slot.type(b) != StackSlot.SPILL; b++) {
            out.append(StackSlot.charOf(slot.type(b)));
          }
          printReg(frameNumber, slot.spilled());
        }
        case StackSlot.DYNPTR -> {
          i++;
          printDynptr(offset - StackSlot.BYTES, stack.get(i).spilled());
        }
        case StackSlot.ITERATOR -> {
          if (slot.spilled().refObjId() != 0) {
            printIterator(offset, slot.spilled());
          }
        }
        default -> {
          out.append(" fp").append(offset).append('=');
          for (int b = 0; b < StackSlot.BYTES; b++) {
            out.append(StackSlot.charOf(slot.type(b)));
          }
        }
      }
    }
  }

  private void printDynptr(int offset, Reg reg) {
    if (!(reg.detail() instanceof Detail.OfDynptr dynptr)) {
      return;
    }
    out.append(" fp").append(offset).append("=dynptr_").append(dynptr.type().text()).append('(');
    String separator = "";
    if (reg.id() != 0) {
      out.append("id=").append(reg.id());
      separator = ",";
    }
    if (reg.refObjId() != 0) {
      out.append(separator).append("ref_id=").append(reg.refObjId());
      separator = ",";
    }
    // Linux keeps "first of the two slots" where other registers have the id of their dynptr.
    int shown = dynptr.firstSlot() ? 1 : dynptr.dynptrId();
    if (shown != 0) {
      out.append(separator).append("dynptr_id=").append(shown);
    }
    out.append(')');
  }

  private void printIterator(int offset, Reg reg) {
    if (reg.detail() instanceof Detail.OfIterator iterator) {
      String name = iterator.btf().type(iterator.typeId()).name();
      out.append(" fp").append(offset).append("=iter_");
      out.append(name.startsWith("bpf_iter_") ? name.substring("bpf_iter_".length()) : name);
      out.append("(ref_id=").append(reg.refObjId());
      out.append(",state=").append(iterator.state().text());
      out.append(",depth=").append(iterator.depth()).append(')');
    }
  }

  private void printReferences(List<Reference> references) {
    if (!references.isEmpty() && references.getFirst().id() != 0) {
      String separator = " refs=";
      for (Reference reference : references) {
        if (reference.id() != 0) {
          out.append(separator).append(reference.id());
          separator = ",";
        }
      }
    }
  }

  private void printReg(int frameNumber, Reg reg) {
    if (reg.isScalar()) {
      if (reg.precise() || allPrecise) {
        out.append('P');
      }
      if (reg.range().isConst()) {
        signed(reg.range().constantValue());
        return;
      }
    }
    printType(reg);
    if (reg.type() == RegType.PTR_TO_ARENA) {
      return;
    }
    if (reg.type() == RegType.PTR_TO_STACK) {
      if (reg.frame() != frameNumber) {
        out.append('[').append(reg.frame()).append(']');
      }
      if (reg.hasConstOffset()) {
        signed(reg.range().constantValue() + reg.off());
        return;
      }
    }
    if (reg.type() == RegType.PTR_TO_BTF_ID && reg.detail() instanceof Detail.OfBtf of) {
      BtfType type = of.btf().type(of.typeId());
      out.append(type.name());
    }
    out.append('(');
    separator = "";
    printAttributes(reg);
    out.append(')');
  }

  private String separator = "";

  private StringBuilder attribute(String text) {
    out.append(separator).append(text);
    separator = ",";
    return out;
  }

  private void printType(Reg reg) {
    out.append(TypeFlags.prefix(reg.flags())).append(reg.type().text());
    if (reg.mayBeNull()) {
      out.append(reg.type() == RegType.PTR_TO_BTF_ID ? "or_null_" : "_or_null");
    }
  }

  private void printAttributes(Reg reg) {
    if (reg.id() != 0) {
      attribute("id=").append(reg.id() & ~Reg.ADD_CONST);
      if ((reg.id() & Reg.ADD_CONST) != 0) {
        out.append(reg.off() < 0 ? "" : "+").append(reg.off());
      }
    }
    if (reg.refObjId() != 0) {
      attribute("ref_obj_id=").append(reg.refObjId());
    }
    if (reg.type() == RegType.PTR_TO_BTF_ID
        && reg.has(TypeFlags.MEM_ALLOC)
        && reg.has(TypeFlags.NON_OWN_REF)) {
      attribute("non_own_ref");
    }
    if (reg.type().isMap()) {
      var map = reg.map();
      if (!map.name().isEmpty()) {
        attribute("map=").append(map.kernelName());
      }
      attribute("ks=").append(map.keySize()).append(",vs=").append(map.valueSize());
    }
    if (!reg.isScalar() && reg.off() != 0) {
      attribute("off=");
      signed(reg.off());
    }
    if (reg.type().isPacket()) {
      attribute("r=");
      unsigned(reg.packetRange());
    }
    if (reg.type() == RegType.PTR_TO_MEM) {
      attribute("sz=");
      unsigned(Integer.toUnsignedLong(reg.memorySize()));
    }
    if (reg.type() == RegType.CONST_PTR_TO_DYNPTR
        && reg.detail() instanceof Detail.OfDynptr dynptr) {
      attribute("type=").append(dynptr.type().text());
    }
    if (reg.range().isConst()) {
      if (reg.range().constantValue() != 0) {
        attribute("imm=");
        signed(reg.range().constantValue());
      }
    } else {
      printRanges(reg.range());
      if (!reg.varOff().isUnknown()) {
        attribute("var_off=").append(reg.varOff());
      }
    }
  }

  private static final String[] RANGE_NAMES = {
    "smin", "smax", "umin", "umax", "smin32", "smax32", "umin32", "umax32"
  };

  /** Bounds that say something; a bound shares its number with later ones of the same side. */
  private void printRanges(ScalarRange range) {
    long[] values = {
      range.smin(),
      range.smax(),
      range.umin(),
      range.umax(),
      lowerHalf(range.s32min()),
      lowerHalf(range.s32max()),
      Integer.toUnsignedLong(range.u32min()),
      Integer.toUnsignedLong(range.u32max())
    };
    boolean[] omit = {
      values[0] == Long.MIN_VALUE,
      values[1] == Long.MAX_VALUE,
      values[2] == 0,
      values[3] == -1,
      range.s32min() == Integer.MIN_VALUE,
      range.s32max() == Integer.MAX_VALUE,
      values[6] == 0,
      values[7] == 0xffff_ffffL
    };
    for (int i = 0; i < values.length; i++) {
      if (omit[i]) {
        continue;
      }
      boolean negative = isSignedBound(i) && values[i] < 0;
      attribute(RANGE_NAMES[i]).append('=');
      for (int j = i + 2; j < values.length; j += 2) {
        boolean otherNegative = isSignedBound(j) && values[j] < 0;
        if (!omit[j] && values[j] == values[i] && negative == otherNegative) {
          omit[j] = true;
          out.append(RANGE_NAMES[j]).append('=');
        }
      }
      if (isSignedBound(i)) {
        signed(values[i]);
      } else {
        unsigned(values[i]);
      }
    }
  }

  /** A signed bound of the lower half: Linux prints what is not short as 32 bits. */
  private static long lowerHalf(int bound) {
    return isShort(bound) ? bound : Integer.toUnsignedLong(bound);
  }

  private static boolean isShort(long number) {
    return number >= Short.MIN_VALUE && number <= Short.MAX_VALUE;
  }

  private static boolean isSignedBound(int index) {
    return RANGE_NAMES[index].charAt(0) == 's';
  }

  private void signed(long number) {
    if (isShort(number)) {
      out.append(number);
    } else {
      out.append("0x").append(Long.toHexString(number));
    }
  }

  private void unsigned(long number) {
    if (number >= 0 && number <= 0xffff) {
      out.append(number);
    } else {
      out.append("0x").append(Long.toHexString(number));
    }
  }

  /** The type of a register as messages name it, such as {@code map_value_or_null}. */
  public static String typeName(Reg reg) {
    return typeName(reg.type(), reg.flags());
  }

  /** The name of a type and flags as messages use it. */
  public static String typeName(RegType type, int flags) {
    String suffix =
        (flags & TypeFlags.PTR_MAYBE_NULL) == 0
            ? ""
            : type == RegType.PTR_TO_BTF_ID ? "or_null_" : "_or_null";
    return TypeFlags.prefix(flags) + type.text() + suffix;
  }
}
