package dev.skep.verifier.check;

import dev.skep.catalog.Argument;
import dev.skep.catalog.ArgumentKind;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.LookupResult;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.catalog.PacketAccess;
import dev.skep.catalog.SpecialField;
import dev.skep.catalog.TypeFlag;
import dev.skep.verifier.check.HelperCalls.CallMeta;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.TypeFlags;
import org.jspecify.annotations.Nullable;

/** One argument of a helper against its prototype ({@code check_func_arg}). */
final class HelperArguments {

  private static final int MAX_SIZE = 1 << 29;
  private static final int SPIN_LOCK = 93;

  private final Path path;
  private final Environment env;
  private final MemoryAccess memory;
  private final HelperMemory helperMemory;
  private final ArgumentTypes types;

  HelperArguments(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.memory = memory;
    this.helperMemory = new HelperMemory(path, memory);
    this.types = new ArgumentTypes(env, memory.bounds());
  }

  void check(int number, HelperPrototype prototype, int index, CallMeta meta) {
    Argument argument = prototype.arguments().get(index);
    Reg reg = path.read(number);
    if (argument.kind() == ArgumentKind.ANYTHING) {
      if (reg.isPointer() && !env.profile.privileged()) {
        throw env.deny("R" + number + " leaks addr into helper function");
      }
      return;
    }
    if (reg.type().isPacket()
        && !PacketAccess.mayPassToHelper(env.type(), prototype, argument.has(TypeFlag.MEM_WRITE))) {
      throw env.deny("helper access to the packet is not allowed");
    }
    ArgumentKind kind = resolve(argument, meta);
    boolean nullable = argument.has(TypeFlag.PTR_MAYBE_NULL);
    if (!(nullable && reg.isNullConstant())) {
      types.check(number, reg, types.wanted(prototype, argument, kind), meta.kptr);
      boolean release = argument.has(TypeFlag.OBJ_RELEASE);
      boolean onStack = kind == ArgumentKind.PTR_TO_DYNPTR && reg.type() == RegType.PTR_TO_STACK;
      if (!release || !onStack) {
        types.checkOffset(number, reg, release);
      }
    }
    if (argument.has(TypeFlag.OBJ_RELEASE)) {
      if (kind == ArgumentKind.PTR_TO_DYNPTR) {
        new Dynptrs(env).checkRelease(number, reg);
      } else if (reg.refObjId() == 0 && !reg.isNullConstant()) {
        throw env.invalid("R" + number + " must be referenced when passed to release function");
      }
      meta.releaseRegister = number;
    }
    if (reg.refObjId() != 0 && kind != ArgumentKind.KPTR_XCHG_DEST) {
      if (meta.refObjId != 0) {
        throw env.deny(
            "more than one arg with ref_obj_id R%d %d %d"
                .formatted(number, reg.refObjId(), meta.refObjId));
      }
      meta.refObjId = reg.refObjId();
    }
    checkUse(number, reg, prototype, index, kind, meta);
  }

  private ArgumentKind resolve(Argument argument, CallMeta meta) {
    boolean sockets = meta.map != null && meta.map.type().lookupResult() == LookupResult.SOCKET;
    if (argument.kind() != ArgumentKind.PTR_TO_MAP_VALUE || !sockets) {
      return argument.kind();
    }
    if (argument.has(TypeFlag.PTR_MAYBE_NULL) || argument.has(TypeFlag.MEM_WRITE)) {
      throw env.invalid("invalid arg_type for sockmap/sockhash");
    }
    return ArgumentKind.PTR_TO_BTF_ID_SOCK_COMMON;
  }

  private void checkUse(
      int number, Reg reg, HelperPrototype prototype, int index, ArgumentKind kind, CallMeta meta) {
    Argument argument = prototype.arguments().get(index);
    boolean writes = argument.has(TypeFlag.MEM_WRITE);
    switch (kind) {
      case ANYTHING,
          PTR_TO_CTX,
          PTR_TO_SOCK_COMMON,
          PTR_TO_SOCKET,
          PTR_TO_BTF_ID,
          PTR_TO_BTF_ID_SOCK_COMMON,
          PTR_TO_RINGBUF_MEM,
          PTR_TO_STACK,
          PTR_TO_ARENA -> {}
      case CONST_MAP_PTR -> {
        if (meta.map != null && (meta.map != reg.map() || meta.mapUid != reg.mapUid())) {
          throw env.invalid(
              "timer pointer in R1 map_uid=%d doesn't match map pointer in R2 map_uid=%d"
                  .formatted(meta.mapUid, reg.mapUid()));
        }
        meta.map = reg.map();
        meta.mapUid = reg.mapUid();
      }
      case PTR_TO_MAP_KEY -> {
        if (meta.map == null) {
          throw env.deny("invalid map_ptr to access map->key");
        }
        helperMemory.check(number, reg, meta.map.keySize(), false, false);
        boolean array = meta.map.type().is(MapTrait.FILLED);
        boolean exact = (meta.map.flags() & MapFlag.INNER_MAP.bit()) == 0;
        boolean looks = env.profile.privileged() && env.kernel.has(Behaviour.KNOWS_ARRAY_ELEMENTS);
        if (array && exact && looks) {
          meta.constKey = constantKey(reg, meta.map.keySize());
        }
      }
      case PTR_TO_MAP_VALUE -> {
        if (argument.has(TypeFlag.PTR_MAYBE_NULL) && reg.isNullConstant()) {
          return;
        }
        if (meta.map == null) {
          throw env.deny("invalid map_ptr to access map->value");
        }
        // A Bloom filter is asked whether it holds the value; others fill it in.
        boolean asks = meta.map.type() == MapType.BLOOM_FILTER;
        meta.rawMode = argument.has(TypeFlag.MEM_UNINIT) && !asks;
        access(number, reg, meta.map.valueSize(), writes && !asks, false, meta);
      }
      case PTR_TO_MEM -> {
        meta.rawMode = argument.has(TypeFlag.MEM_UNINIT);
        if (argument.has(TypeFlag.MEM_FIXED_SIZE)) {
          access(number, reg, argument.size(), writes, false, meta);
          if (argument.has(TypeFlag.MEM_ALIGNED)) {
            new Alignment(env).check(reg, 0, argument.size(), true);
          }
        }
      }
      case CONST_SIZE, CONST_SIZE_OR_ZERO ->
          size(
              number,
              reg,
              prototype.arguments().get(index - 1).has(TypeFlag.MEM_WRITE),
              kind == ArgumentKind.CONST_SIZE_OR_ZERO,
              meta);
      case CONST_ALLOC_SIZE_OR_ZERO -> {
        if (!reg.range().isConst()) {
          throw env.deny("R" + number + " is not a known constant'");
        }
        meta.memorySize = reg.range().constantValue();
        path.markPrecise(number);
      }
      case PTR_TO_CONST_STR -> constantString(number, reg);
      case PTR_TO_FUNC -> {
        if (reg.detail() instanceof Detail.OfFunction(int subprogram)) {
          meta.callback = subprogram;
        }
      }
      case PTR_TO_SPIN_LOCK -> {
        if (SpinLocks.inTreeCallback(env)) {
          throw env.deny("can't spin_{lock,unlock} in rbtree cb");
        }
        boolean lock = prototype.id() == SPIN_LOCK;
        new SpinLocks(env).process(number, reg, lock, Reference.Kind.LOCK);
      }
      case PTR_TO_TIMER -> {
        MapFields.check(env, number, reg, SpecialField.TIMER);
        meta.map = reg.map();
        meta.mapUid = reg.mapUid();
      }
      case PTR_TO_DYNPTR -> dynptr(number, reg, argument, meta);
      case KPTR_XCHG_DEST -> meta.kptr = new Kptrs(env, memory.bounds()).exchanged(number, reg);
      case PTR_TO_PERCPU_BTF_ID -> {
        meta.perCpuAllocated = reg.has(TypeFlags.MEM_RCU);
        meta.perCpu = new Detail.OfBtf(reg.btf(), reg.btfId());
      }
    }
  }

  private void dynptr(int number, Reg reg, Argument argument, CallMeta meta) {
    Dynptrs dynptrs = new Dynptrs(env);
    dynptrs.checkPointer(number, reg);
    Detail.DynptrType type = dynptrType(argument);
    if (argument.has(TypeFlag.MEM_UNINIT)) {
      if (type == null) {
        throw env.notModelled("a dynptr of a type that skep does not know");
      }
      dynptrs.create(memory, number, reg, type, 0);
    } else {
      meta.dynptr = dynptrs.use(number, reg, argument.has(TypeFlag.MEM_RDONLY), type);
    }
  }

  private static Detail.@Nullable DynptrType dynptrType(Argument argument) {
    if (argument.has(TypeFlag.DYNPTR_TYPE_LOCAL)) {
      return Detail.DynptrType.LOCAL;
    }
    if (argument.has(TypeFlag.DYNPTR_TYPE_RINGBUF)) {
      return Detail.DynptrType.RINGBUF;
    }
    if (argument.has(TypeFlag.DYNPTR_TYPE_SKB)) {
      return Detail.DynptrType.SKB;
    }
    return argument.has(TypeFlag.DYNPTR_TYPE_XDP) ? Detail.DynptrType.XDP : null;
  }

  /** Fixed-size memory; what a helper fills is written afterwards, byte by byte. */
  private void access(
      int number, Reg reg, int size, boolean write, boolean zeroAllowed, CallMeta meta) {
    boolean raw = meta.rawMode && reg.type() == RegType.PTR_TO_STACK && reg.range().isConst();
    if (!raw) {
      helperMemory.check(number, reg, size, write, zeroAllowed);
      return;
    }
    if (size == 0 && !zeroAllowed) {
      throw env.deny("invalid zero-sized read");
    }
    memory.stack.checkBounds(number, reg, reg.off(), size, write);
    memory.stack.checkNoDynptr(reg, size);
    meta.rawRegister = number;
    meta.rawSize = size;
  }

  /** {@code check_mem_size_reg}. */
  void size(int number, Reg reg, boolean write, boolean zeroAllowed, CallMeta meta) {
    var range = reg.range();
    meta.sizeMax = range.umax();
    if (range.smin() < 0) {
      throw env.deny(
          "R" + number + " min value is negative, either use unsigned or 'var &= const'");
    }
    if (range.umin() == 0 && !zeroAllowed) {
      throw env.deny(
          "R"
              + number
              + " invalid zero-sized read: u64=["
              + range.umin()
              + ","
              + range.umax()
              + "]");
    }
    if (Long.compareUnsigned(range.umax(), MAX_SIZE) >= 0) {
      throw env.deny(
          "R" + number + " unbounded memory access, use 'var &= const' or 'if (var < const)'");
    }
    Reg pointer = env.state.reg(number - 1);
    if (!range.isConst()) {
      meta.rawMode = false;
    }
    access(number - 1, pointer, (int) range.umax(), write, zeroAllowed, meta);
    path.markPrecise(number);
  }

  /** {@code check_reg_const_str}. */
  void constantString(int number, Reg reg) {
    if (reg.type() != RegType.PTR_TO_MAP_VALUE) {
      throw env.invalid("R" + number + " type is not map value");
    }
    var map = reg.map();
    if (!map.frozen() || !map.has(MapFlag.RDONLY_PROG)) {
      throw env.deny("R" + number + " does not point to a readonly map'");
    }
    if (!reg.range().isConst()) {
      throw env.deny("R" + number + " is not a constant address'");
    }
    var contents = map.initialValue();
    long at = reg.off() + reg.range().constantValue();
    if (contents == null || contents.size() < map.valueSize()) {
      return;
    }
    boolean ends = false;
    for (long i = at; !ends && i < contents.size(); i++) {
      ends = contents.at((int) i) == 0;
    }
    if (!ends) {
      throw env.invalid("string is not zero-terminated");
    }
  }

  /** The number in a key on the stack, or -1 if it is not known. */
  private long constantKey(Reg reg, int size) {
    if (reg.type() != RegType.PTR_TO_STACK || !reg.range().isConst() || size != 4) {
      return -1;
    }
    FrameState frame = env.state.frame(reg.frame());
    int off = (int) (reg.off() + reg.range().constantValue());
    int at = -off - 1;
    int index = at / StackSlot.BYTES;
    if (index >= frame.stack.length) {
      return -1;
    }
    StackSlot slot = frame.stack[index];
    // Bytes are counted from the key's first one to the end of its slot, as Linux does.
    int first = Math.floorMod(at, StackSlot.BYTES);
    if (bytes(slot, first, StackSlot.ZERO) >= size) {
      return 0;
    }
    if (!slot.isSpilledScalar() || bytes(slot, first, StackSlot.SPILL) != size) {
      return -1;
    }
    if (!slot.spilled().range().isConst()) {
      return -1;
    }
    path.markSlotPrecise(frame.frameNumber, index);
    return slot.spilled().range().constantValue();
  }

  /** How many bytes of a slot are of a type, from one on towards the slot's end. */
  private static int bytes(StackSlot slot, int first, int type) {
    int count = 0;
    while (count <= first && slot.type(first - count) == type) {
      count++;
    }
    return count;
  }
}
