package dev.skep.verifier.check;

import dev.skep.catalog.ContextAccess;
import dev.skep.catalog.ContextLayout;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.catalog.PacketAccess;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.object.MapSpec;
import dev.skep.verifier.cfg.Unprivileged;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import org.jspecify.annotations.Nullable;

/** Loads and stores, by kind of pointer ({@code check_mem_access}). */
public final class MemoryAccess {

  private final Path path;
  private final Environment env;
  public final StackAccess stack;
  private final StackWrites writes;
  private final MemoryBounds bounds;
  private final Alignment alignment;
  private final BtfPointers btfPointers;
  private final ContextArguments contextArguments;

  public MemoryAccess(Path path) {
    this.path = path;
    this.env = path.env();
    this.stack = new StackAccess(path);
    this.writes = new StackWrites(path, stack);
    this.bounds = new MemoryBounds(env);
    this.alignment = new Alignment(env);
    this.btfPointers = new BtfPointers(env);
    this.contextArguments = new ContextArguments(env);
  }

  public MemoryBounds bounds() {
    return bounds;
  }

  BtfPointers btfPointers() {
    return btfPointers;
  }

  /** {@code dst = *(size *)(src + off)}. */
  public void load(Instruction.Load load, RawInstruction raw) {
    Reg pointer = path.read(load.src());
    path.checkWritable(load.dst());
    int size = load.size().bytes();
    access(load.src(), pointer, load.offset(), size, false, load.dst(), null, load.signExtend());
    noteKind(pointer, true);
  }

  /** {@code *(size *)(dst + off) = src}. */
  public void store(Instruction.Store store) {
    int size = store.size().bytes();
    switch (store.src()) {
      case Operand.Reg(int src) -> {
        path.read(src);
        Reg pointer = path.read(store.dst());
        access(store.dst(), pointer, store.offset(), size, true, src, null, false);
        noteKind(pointer, false);
      }
      case Operand.Imm(int imm) -> {
        Reg pointer = path.read(store.dst());
        access(store.dst(), pointer, store.offset(), size, true, -1, imm, false);
        noteKind(pointer, false);
      }
    }
  }

  /**
   * An instruction whose code depends on the pointer's kind must always see the same kind; a load
   * may be made to bear with untrusted pointers.
   */
  void noteKind(Reg pointer, boolean load) {
    var facts = env.facts[env.pc];
    Reg before = facts.pointer;
    if (before == null) {
      facts.pointer = pointer;
      return;
    }
    boolean differs =
        !before.is(pointer.type(), pointer.flags())
            && (needsOwnCode(before) || needsOwnCode(pointer));
    if (!differs) {
      return;
    }
    if (!load || !mayBeProbed(before) || !mayBeProbed(pointer)) {
      throw env.invalid("same insn cannot be used with different pointers");
    }
    facts.pointer = before.type() == RegType.PTR_TO_MEM ? before : pointer;
  }

  private static boolean needsOwnCode(Reg pointer) {
    return switch (pointer.type()) {
      case PTR_TO_CTX,
          PTR_TO_SOCKET,
          PTR_TO_SOCK_COMMON,
          PTR_TO_TCP_SOCK,
          PTR_TO_XDP_SOCK,
          PTR_TO_BTF_ID,
          PTR_TO_ARENA ->
          true;
      default -> false;
    };
  }

  private static boolean mayBeProbed(Reg pointer) {
    return pointer.type() == RegType.PTR_TO_BTF_ID || pointer.type() == RegType.PTR_TO_MEM;
  }

  /**
   * Checks one access and does its effect on registers and stack.
   *
   * @param register the register loaded or stored, -1 for none
   * @param constant the immediate stored, or null
   */
  void access(
      int number,
      Reg pointer,
      int offset,
      int size,
      boolean write,
      int register,
      @Nullable Integer constant,
      boolean signExtend) {
    alignment.check(pointer, offset, size);
    int off = offset + pointer.off();
    boolean loads = !write && register >= 0;
    switch (pointer.type()) {
      case PTR_TO_MAP_KEY -> {
        if (write) {
          throw env.deny("write to change key R" + number + " not allowed");
        }
        bounds.region(number, pointer, off, size, pointer.map().keySize(), false);
        unknown(loads, register);
      }
      case PTR_TO_MAP_VALUE -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        mapValue(number, pointer, off, size, write, register, signExtend);
      }
      case PTR_TO_MEM -> memory(number, pointer, off, size, write, register);
      case PTR_TO_CTX -> context(number, pointer, off, size, write, register, signExtend);
      case PTR_TO_STACK -> {
        if (write) {
          writes.write(number, pointer, off, size, register, constant);
        } else {
          stack.read(number, pointer, off, size, register);
        }
      }
      case PTR_TO_PACKET, PTR_TO_PACKET_META -> {
        if (write && !PacketAccess.mayWrite(env.type())) {
          throw env.deny("cannot write into packet");
        }
        leak(write, register, "packet");
        bounds.packet(number, pointer, off, size, false);
        unknown(loads, register);
      }
      case PTR_TO_FLOW_KEYS -> {
        leak(write, register, "flow keys");
        if (off < 0 || (long) off + size > ContextLayout.FLOW_KEYS_SIZE) {
          throw env.deny("invalid access to flow keys off=" + off + " size=" + size);
        }
        unknown(loads, register);
      }
      case PTR_TO_SOCKET, PTR_TO_SOCK_COMMON, PTR_TO_TCP_SOCK, PTR_TO_XDP_SOCK -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        socket(number, pointer, off, size, write, register);
      }
      case PTR_TO_ARENA -> unknown(loads, register);
      case PTR_TO_BTF_ID -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        Reg loaded = btfPointers.access(number, pointer, off, size, write);
        if (loads) {
          env.state.set(register, btfPointers.numbered(loaded));
        }
      }
      case PTR_TO_TP_BUFFER, PTR_TO_BUF -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        if (write && pointer.has(TypeFlags.MEM_RDONLY)) {
          throw env.deny("R" + number + " cannot write into " + StatePrinter.typeName(pointer));
        }
        bounds.buffer(number, pointer, off, size);
        unknown(loads, register);
      }
      case CONST_PTR_TO_MAP -> {
        Reg loaded = btfPointers.map(number, pointer, off, size, write);
        if (loads) {
          env.state.set(register, btfPointers.numbered(loaded));
        }
      }
      default -> throw invalidAccess(number, pointer);
    }
    narrow(loads, register, size, signExtend);
  }

  private RuntimeException invalidAccess(int number, Reg pointer) {
    return env.deny("R" + number + " invalid mem access '" + StatePrinter.typeName(pointer) + "'");
  }

  private void narrow(boolean loads, int register, int size, boolean signExtend) {
    if (!loads || size == 8) {
      return;
    }
    Reg value = env.state.reg(register);
    if (value.isScalar()) {
      ScalarRange range =
          signExtend ? value.range().signExtend(size) : value.range().truncate(size, env.rules);
      env.state.set(register, value.withRange(range));
    }
  }

  private void unknown(boolean loads, int register) {
    if (loads) {
      env.state.set(register, Reg.UNKNOWN);
    }
  }

  private void leak(boolean write, int register, String where) {
    if (write
        && register >= 0
        && env.state.reg(register).isPointer()
        && !env.profile.privileged()) {
      throw env.deny("R" + register + " leaks addr into " + where);
    }
  }

  private void mapValue(
      int number, Reg pointer, int off, int size, boolean write, int register, boolean signExtend) {
    leak(write, register, "map");
    bounds.mapPermission(pointer, off, size, write);
    bounds.mapValue(number, pointer, off, size, false, true);
    if (pointer.range().isConst()) {
      var field = env.fields.of(pointer.map()).pointerAt(off + pointer.range().constantValue());
      if (field != null) {
        new Kptrs(env, bounds).access(field, register);
        return;
      }
    }
    if (write || register < 0) {
      return;
    }
    MapSpec map = pointer.map();
    var contents = map.initialValue();
    boolean known =
        map.frozen()
            && map.has(MapFlag.RDONLY_PROG)
            && map.type() == MapType.ARRAY
            && pointer.range().isConst();
    if (!known) {
      env.state.set(register, Reg.UNKNOWN);
      return;
    }
    int at = (int) (off + pointer.range().constantValue());
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value =
          value << 8
              | (contents != null && at + i < contents.size() ? contents.at(at + i) & 0xff : 0);
    }
    if (signExtend) {
      int shift = 64 - size * 8;
      value = value << shift >> shift;
    }
    env.state.set(register, Reg.constant(value));
  }

  private void memory(int number, Reg pointer, int off, int size, boolean write, int register) {
    boolean readOnly = pointer.has(TypeFlags.MEM_RDONLY);
    if (pointer.mayBeNull()) {
      throw invalidAccess(number, pointer);
    }
    if (write && readOnly) {
      throw env.deny("R" + number + " cannot write into " + StatePrinter.typeName(pointer));
    }
    leak(write, register, "mem");
    if (!readOnly || !pointer.has(TypeFlags.PTR_UNTRUSTED)) {
      bounds.region(number, pointer, off, size, pointer.memorySize(), false);
    }
    unknown(!write && register >= 0, register);
  }

  private void context(
      int number, Reg pointer, int off, int size, boolean write, int register, boolean signExtend) {
    leak(write, register, "ctx");
    bounds.fixedOffset(number, pointer, false);
    ContextLayout layout = ContextLayout.of(env.type(), env.attachType());
    ContextAccess access =
        layout == null
            ? ContextAccess.REFUSED
            : layout.access(off, size, write, signExtend, env.profile.version());
    boolean privileged = env.profile.privileged() || Unprivileged.mayAccess(env.type(), off, write);
    if (!access.allowed() || !privileged) {
      throw env.deny("invalid bpf_context access off=" + off + " size=" + size);
    }
    if (write || register < 0) {
      return;
    }
    Reg loaded =
        switch (access.kind()) {
          case REFUSED, SCALAR -> Reg.UNKNOWN;
          case PACKET -> Reg.pointer(RegType.PTR_TO_PACKET, 0, new Detail.PacketRange(0));
          case PACKET_META -> Reg.pointer(RegType.PTR_TO_PACKET_META, 0, new Detail.PacketRange(0));
          case PACKET_END -> Reg.pointer(RegType.PTR_TO_PACKET_END, 0, Detail.NONE);
          case FLOW_KEYS -> Reg.pointer(RegType.PTR_TO_FLOW_KEYS, 0, Detail.NONE);
          case SOCKET -> nullable(RegType.PTR_TO_SOCKET, access.maybeNull());
          case SOCK_COMMON -> nullable(RegType.PTR_TO_SOCK_COMMON, access.maybeNull());
          case TP_BUFFER -> Reg.pointer(RegType.PTR_TO_TP_BUFFER, 0, Detail.NONE);
          case BTF_ARGUMENT -> contextArguments.load(off, size);
          case BTF_POINTER -> btfPointer(access);
        };
    env.state.set(register, loaded);
  }

  private Reg nullable(RegType type, boolean maybeNull) {
    Reg pointer = Reg.pointer(type, maybeNull ? TypeFlags.PTR_MAYBE_NULL : 0, Detail.NONE);
    return maybeNull ? pointer.withId(env.newId()) : pointer;
  }

  private Reg btfPointer(ContextAccess access) {
    var btf = env.profile.kernelBtf();
    String name = access.btfType();
    if (btf == null || name == null) {
      throw env.notModelled("context pointer typed by the kernel's BTF");
    }
    var id = btf.findStruct(name);
    if (id.isEmpty()) {
      throw env.notModelled("context pointer to struct " + name);
    }
    int flags = TypeFlags.PTR_TRUSTED | (access.maybeNull() ? TypeFlags.PTR_MAYBE_NULL : 0);
    Reg pointer = Reg.btfPointer(flags, btf, id.getAsInt());
    return access.maybeNull() ? pointer.withId(env.newId()) : pointer;
  }

  private void socket(int number, Reg pointer, int off, int size, boolean write, int register) {
    if (write) {
      throw env.deny("R" + number + " cannot write into " + StatePrinter.typeName(pointer));
    }
    if (pointer.range().smin() < 0) {
      throw env.deny(
          "R"
              + number
              + " min value is negative, either use unsigned index or do a if (index >=0) check.");
    }
    ContextLayout.Pointer kind =
        switch (pointer.type()) {
          case PTR_TO_SOCKET -> ContextLayout.Pointer.SOCKET;
          case PTR_TO_SOCK_COMMON -> ContextLayout.Pointer.SOCK_COMMON;
          case PTR_TO_TCP_SOCK -> ContextLayout.Pointer.TCP_SOCK;
          default -> ContextLayout.Pointer.XDP_SOCK;
        };
    if (!ContextLayout.of(kind).access(off, size, false, env.profile.version()).allowed()) {
      throw env.deny(
          "R"
              + number
              + " invalid "
              + StatePrinter.typeName(pointer)
              + " access off="
              + off
              + " size="
              + size);
    }
    unknown(register >= 0, register);
  }
}
