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
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.reason.Reason;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

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
    Access access = new Access.Load(load.dst(), load.signExtend());
    access(load.src(), pointer, load.offset(), size, access);
    noteKind(load.src(), pointer, true);
  }

  /** {@code *(size *)(dst + off) = src}. */
  public void store(Instruction.Store store) {
    int size = store.size().bytes();
    switch (store.src()) {
      case Operand.Reg(int src) -> {
        path.read(src);
        Reg pointer = path.read(store.dst());
        access(store.dst(), pointer, store.offset(), size, new Access.StoreReg(src));
        noteKind(store.dst(), pointer, false);
      }
      case Operand.Imm(int imm) -> {
        Reg pointer = path.read(store.dst());
        access(store.dst(), pointer, store.offset(), size, new Access.StoreImm(imm));
        noteKind(store.dst(), pointer, false);
      }
    }
  }

  /**
   * An instruction whose code depends on the pointer's kind must always see the same kind; a load
   * may be made to bear with untrusted pointers.
   */
  void noteKind(int number, Reg pointer, boolean load) {
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
      throw env.invalid(
          Reason.MIXED_POINTERS,
          "same insn cannot be used with different pointers",
          new Evidence.Register(number, before),
          new Evidence.Register(number, pointer));
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
   * @param number the pointer's register
   * @param offset the instruction's, beside the pointer's own
   */
  void access(int number, Reg pointer, int offset, int size, Access access) {
    alignment.check(number, pointer, offset, size);
    int off = offset + pointer.off();
    boolean write = access.writes();
    switch (pointer.type()) {
      case PTR_TO_MAP_KEY -> {
        if (write) {
          throw env.deny(
              Reason.READ_ONLY,
              "write to change key R" + number + " not allowed",
              new Evidence.Register(number, pointer));
        }
        bounds.region(number, pointer, off, size, pointer.map().keySize(), false);
        unknown(access);
      }
      case PTR_TO_MAP_VALUE -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        mapValue(number, pointer, off, size, access);
      }
      case PTR_TO_MEM -> memory(number, pointer, off, size, access);
      case PTR_TO_CTX -> context(number, pointer, off, size, access);
      case PTR_TO_STACK -> {
        if (write) {
          writes.write(number, pointer, off, size, access);
        } else {
          stack.read(number, pointer, off, size, access);
        }
      }
      case PTR_TO_PACKET, PTR_TO_PACKET_META -> {
        if (write && !PacketAccess.mayWrite(env.type())) {
          throw env.deny(
              Reason.PACKET_READ_ONLY,
              "cannot write into packet",
              new Evidence.Register(number, pointer));
        }
        leak(access, "packet");
        bounds.packet(number, pointer, off, size, false);
        unknown(access);
      }
      case PTR_TO_FLOW_KEYS -> {
        leak(access, "flow keys");
        if (off < 0 || (long) off + size > ContextLayout.FLOW_KEYS_SIZE) {
          throw env.deny(
              Reason.STRUCTURE_ACCESS,
              "invalid access to flow keys off=" + off + " size=" + size,
              new Evidence.Memory(number, pointer, off, off, size, ContextLayout.FLOW_KEYS_SIZE));
        }
        unknown(access);
      }
      case PTR_TO_SOCKET, PTR_TO_SOCK_COMMON, PTR_TO_TCP_SOCK, PTR_TO_XDP_SOCK -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        socket(number, pointer, off, size, access);
      }
      case PTR_TO_ARENA -> unknown(access);
      case PTR_TO_BTF_ID -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        Reg loaded = btfPointers.access(number, pointer, off, size, write);
        if (access instanceof Access.Load load) {
          env.state.set(load.dst(), btfPointers.numbered(loaded));
        }
      }
      case PTR_TO_TP_BUFFER, PTR_TO_BUF -> {
        if (pointer.mayBeNull()) {
          throw invalidAccess(number, pointer);
        }
        if (write && pointer.has(TypeFlags.MEM_RDONLY)) {
          throw env.deny(
              Reason.READ_ONLY,
              "R" + number + " cannot write into " + StatePrinter.typeName(pointer),
              new Evidence.Register(number, pointer));
        }
        bounds.buffer(number, pointer, off, size);
        unknown(access);
      }
      case CONST_PTR_TO_MAP -> {
        Reg loaded = btfPointers.map(number, pointer, off, size, write);
        if (access instanceof Access.Load load) {
          env.state.set(load.dst(), btfPointers.numbered(loaded));
        }
      }
      default -> throw invalidAccess(number, pointer);
    }
    narrow(access, size);
  }

  private static Reason dereference(Reg pointer) {
    if (pointer.mayBeNull()) {
      return Reason.NULL_CHECK;
    }
    return pointer.isScalar() ? Reason.NOT_A_POINTER : Reason.POINTER_KIND;
  }

  private RuntimeException invalidAccess(int number, Reg pointer) {
    return env.deny(
        dereference(pointer),
        "R" + number + " invalid mem access '" + StatePrinter.typeName(pointer) + "'",
        new Evidence.Register(number, pointer));
  }

  private void narrow(Access access, int size) {
    if (!(access instanceof Access.Load(int dst, boolean signExtend)) || size == 8) {
      return;
    }
    Reg value = env.state.reg(dst);
    if (value.isScalar()) {
      ScalarRange range =
          signExtend ? value.range().signExtend(size) : value.range().truncate(size, env.rules);
      env.state.set(dst, value.withRange(range));
    }
  }

  private void unknown(Access access) {
    if (access instanceof Access.Load load) {
      env.state.set(load.dst(), Reg.UNKNOWN);
    }
  }

  private void leak(Access access, String where) {
    if (access instanceof Access.StoreReg(int src)
        && env.state.reg(src).isPointer()
        && !env.profile.privileged()) {
      throw env.deny(
          Reason.POINTER_LEAK,
          "R" + src + " leaks addr into " + where,
          new Evidence.Register(src, env.state.reg(src)));
    }
  }

  private void mapValue(int number, Reg pointer, int off, int size, Access access) {
    leak(access, "map");
    bounds.mapPermission(pointer, off, size, access.writes());
    bounds.mapValue(number, pointer, off, size, false, true);
    if (pointer.range().isConst()) {
      var field = env.fields.of(pointer.map()).pointerAt(off + pointer.range().constantValue());
      if (field != null) {
        new Kptrs(env, bounds).access(field, access);
        return;
      }
    }
    if (!(access instanceof Access.Load(int dst, boolean signExtend))) {
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
      env.state.set(dst, Reg.UNKNOWN);
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
    env.state.set(dst, Reg.constant(value));
  }

  private void memory(int number, Reg pointer, int off, int size, Access access) {
    boolean readOnly = pointer.has(TypeFlags.MEM_RDONLY);
    if (pointer.mayBeNull()) {
      throw invalidAccess(number, pointer);
    }
    if (access.writes() && readOnly) {
      throw env.deny(
          Reason.READ_ONLY,
          "R" + number + " cannot write into " + StatePrinter.typeName(pointer),
          new Evidence.Register(number, pointer));
    }
    leak(access, "mem");
    if (!readOnly || !pointer.has(TypeFlags.PTR_UNTRUSTED)) {
      bounds.region(number, pointer, off, size, pointer.memorySize(), false);
    }
    unknown(access);
  }

  private void context(int number, Reg pointer, int off, int size, Access access) {
    boolean write = access.writes();
    boolean signExtend = access instanceof Access.Load load && load.signExtend();
    leak(access, "ctx");
    bounds.fixedOffset(number, pointer, false);
    ContextLayout layout = ContextLayout.of(env.type(), env.attachType());
    ContextAccess found =
        layout == null
            ? ContextAccess.REFUSED
            : layout.access(off, size, write, signExtend, env.profile.version());
    boolean privileged = env.profile.privileged() || Unprivileged.mayAccess(env.type(), off, write);
    if (!found.allowed() || !privileged) {
      throw env.deny(
          Reason.CONTEXT_ACCESS,
          "invalid bpf_context access off=" + off + " size=" + size,
          new Evidence.Memory(number, pointer, off, off, size, -1));
    }
    if (!(access instanceof Access.Load(int dst, boolean _))) {
      return;
    }
    Reg loaded =
        switch (found.kind()) {
          case REFUSED, SCALAR -> Reg.UNKNOWN;
          case PACKET -> Reg.pointer(RegType.PTR_TO_PACKET, 0, new Detail.PacketRange(0));
          case PACKET_META -> Reg.pointer(RegType.PTR_TO_PACKET_META, 0, new Detail.PacketRange(0));
          case PACKET_END -> Reg.pointer(RegType.PTR_TO_PACKET_END, 0, Detail.NONE);
          case FLOW_KEYS -> Reg.pointer(RegType.PTR_TO_FLOW_KEYS, 0, Detail.NONE);
          case SOCKET -> nullable(RegType.PTR_TO_SOCKET, found.maybeNull());
          case SOCK_COMMON -> nullable(RegType.PTR_TO_SOCK_COMMON, found.maybeNull());
          case TP_BUFFER -> Reg.pointer(RegType.PTR_TO_TP_BUFFER, 0, Detail.NONE);
          case BTF_ARGUMENT -> contextArguments.load(off, size);
          case BTF_POINTER -> btfPointer(found);
        };
    env.state.set(dst, loaded);
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

  private void socket(int number, Reg pointer, int off, int size, Access access) {
    if (access.writes()) {
      throw env.deny(
          Reason.READ_ONLY,
          "R" + number + " cannot write into " + StatePrinter.typeName(pointer),
          new Evidence.Register(number, pointer));
    }
    if (pointer.range().smin() < 0) {
      throw env.deny(
          Reason.NEGATIVE_INDEX,
          "R"
              + number
              + " min value is negative, either use unsigned index or do a if (index >=0) check.",
          new Evidence.Register(number, pointer));
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
          Reason.STRUCTURE_ACCESS,
          "R"
              + number
              + " invalid "
              + StatePrinter.typeName(pointer)
              + " access off="
              + off
              + " size="
              + size,
          new Evidence.Memory(number, pointer, off, off, size, -1));
    }
    unknown(access);
  }
}
