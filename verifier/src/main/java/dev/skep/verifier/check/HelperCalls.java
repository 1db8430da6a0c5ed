package dev.skep.verifier.check;

import dev.skep.btf.BtfType;
import dev.skep.catalog.Argument;
import dev.skep.catalog.ArgumentKind;
import dev.skep.catalog.Availability;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.HelperMaps;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.LookupResult;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.TypeFlag;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.admission.HelperChoice;
import dev.skep.verifier.admission.MapUse;
import dev.skep.verifier.cfg.Unprivileged;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Helper calls, driven by the catalog's prototypes ({@code check_helper_call}). */
final class HelperCalls {

  private static final int MAP_LOOKUP_ELEM = 1;
  private static final int PROBE_WRITE_USER = 36;

  /** Kernels built so let no program write to user memory. */
  private static final String LOCKED_DOWN = "CONFIG_LOCK_DOWN_KERNEL_FORCE_INTEGRITY";

  private static final int MAP_UPDATE_ELEM = 2;
  private static final int MAP_DELETE_ELEM = 3;
  private static final int PROBE_READ_STR = 45;
  private static final int GET_SMP_PROCESSOR_ID = 8;
  private static final int TAIL_CALL = 12;
  private static final int SPIN_UNLOCK = 94;
  private static final int GET_STACK = 67;
  private static final int GET_LOCAL_STORAGE = 81;
  private static final int RINGBUF_RESERVE = 131;
  private static final int PROBE_READ_USER_STR = 114;
  private static final int PROBE_READ_KERNEL_STR = 115;
  private static final int GET_TASK_STACK = 141;
  private static final int MAX_ERRNO = 4095;

  private static final int KPTR_XCHG = 194;

  /** Results that must be released: socket look-ups and ring buffer records. */
  private static final Set<Integer> ACQUIRES = Set.of(84, 85, 99, RINGBUF_RESERVE, KPTR_XCHG);

  /** Results that are the same object as the argument: {@code is_ptr_cast_function}. */
  private static final Set<Integer> CASTS = Set.of(95, 96, 136, 137, 138, 139, 140, 178, 196);

  /** Helpers that update, delete, push to and pop from a map. */
  private static final Set<Integer> MAP_WRITERS = Set.of(2, 3, 87, 88);

  /** Helpers whose effects on the state are not described by their prototypes. */
  private static final Set<Integer> UNMODELLED = Set.of(191, 192, 193, 195);

  private static final int FOR_EACH_MAP_ELEM = 164;
  private static final int TIMER_SET_CALLBACK = 170;
  private static final int FIND_VMA = 180;
  private static final int LOOP = 181;
  private static final int DYNPTR_FROM_MEM = 197;
  private static final int DYNPTR_WRITE = 202;
  private static final int DYNPTR_DATA = 203;
  private static final int USER_RINGBUF_DRAIN = 209;

  private final Path path;
  private final Environment env;
  private final MemoryAccess memory;
  private final HelperArguments arguments;

  HelperCalls(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.memory = memory;
    this.arguments = new HelperArguments(path, memory);
  }

  int call(int id) {
    if (env.state.activeLocks > 0 && id != SPIN_UNLOCK) {
      throw env.invalid("function calls are not allowed while holding a lock");
    }
    HelperPrototype prototype = prototype(id);
    String name = prototype.kernelName() + "#" + id;
    if (!env.program.gplCompatible() && prototype.gplOnly()) {
      throw env.invalid("cannot call GPL-restricted function from non-GPL compatible program");
    }
    if (prototype.mightSleep() && !env.state.inSleepable) {
      throw env.invalid("helper call might sleep in a non-sleepable prog");
    }
    checkSections(prototype, name);
    CallMeta meta = new CallMeta();
    for (int i = 0; i < prototype.arguments().size(); i++) {
      arguments.check(i + 1, prototype, i, meta);
    }
    if (UNMODELLED.contains(id)) {
      throw env.notModelled("helper " + name);
    }
    checkWritable(id, meta);
    if (id == TAIL_CALL) {
      noteMap(meta);
      noteKey(meta);
    }
    writeRaw(meta);
    release(name, meta);
    switch (id) {
      case TAIL_CALL -> FunctionExit.checkLeaks(env, true, "tail_call");
      case GET_LOCAL_STORAGE -> {
        if (!env.state.reg(2).isNullConstant()) {
          throw env.invalid("get_local_storage() doesn't support non-zero flags");
        }
      }
      default -> special(id, meta);
    }
    Calls.clearCallerSaved(env.state.frame());
    env.scratchReg(0);
    for (int i = 1; i <= 5; i++) {
      env.scratchReg(i);
    }
    env.state.set(0, result(id, prototype, meta));
    checkMap(id, name, meta);
    if (id == TAIL_CALL && env.kernel.has(Behaviour.LEAVES_BY_TAIL_CALLS)) {
      return env.state.currentFrame() > 0 ? leaveByTailCall() : env.pc + 1;
    }
    Reg dynptr = meta.dynptr;
    boolean packet =
        id == DYNPTR_WRITE
            && dynptr != null
            && (Dynptrs.typeOf(dynptr) == Detail.DynptrType.SKB
                || Dynptrs.typeOf(dynptr) == Detail.DynptrType.SKB_META);
    if (packet || Helpers.changesPacketData(id, env.profile.version())) {
      Calls.clearPacketPointers(env);
    }
    return env.pc + 1;
  }

  /** Helpers with callbacks and dynptrs, before the registers are cleared. */
  private void special(int id, CallMeta meta) {
    Callbacks callbacks = new Callbacks(path);
    switch (id) {
      case LOOP -> callbacks.loop(meta.callback);
      case FOR_EACH_MAP_ELEM -> callbacks.forEachMapElem(meta.callback, env.state.reg(1).map());
      case FIND_VMA -> callbacks.findVma(meta.callback);
      case USER_RINGBUF_DRAIN -> callbacks.userRingbufDrain(meta.callback);
      case TIMER_SET_CALLBACK -> {
        Reg timer = env.state.reg(1);
        callbacks.later(meta.callback, timer.map(), timer.mapUid(), false);
      }
      case DYNPTR_FROM_MEM -> {
        Reg memory = env.state.reg(1);
        if (!memory.is(RegType.PTR_TO_MAP_VALUE, 0)) {
          throw env.deny(
              "Unsupported reg type %s for bpf_dynptr_from_mem data"
                  .formatted(StatePrinter.typeName(memory)));
        }
      }
      default -> {}
    }
  }

  /** What may sleep may not be called where sleeping is forbidden. */
  private void checkSections(HelperPrototype prototype, String name) {
    if (!prototype.mightSleep()) {
      return;
    }
    String where =
        env.state.activeRcuLocks > 0
            ? "rcu_read_lock region"
            : env.state.activePreemptLocks > 0
                ? "non-preemptible region"
                : env.state.activeIrqId != 0 ? "IRQ-disabled region" : null;
    if (where != null) {
      throw env.invalid("sleepable helper " + name + " in " + where);
    }
  }

  /**
   * In a subprogram, a tail call that succeeds ends the subprogram, with any result and any packet;
   * one that fails has changed nothing.
   */
  private int leaveByTailCall() {
    path.fork(env.pc + 1, env.pc);
    Calls.clearPacketPointers(env);
    env.state.set(0, Reg.UNKNOWN);
    return new FunctionExit(path).leave();
  }

  /**
   * A map that programs may only read is not changed by helpers, either ({@code record_func_map}).
   */
  private void checkWritable(int id, CallMeta meta) {
    if (MAP_WRITERS.contains(id) && meta.map != null && MapUse.isReadOnly(meta.map)) {
      throw env.deny("write into map forbidden");
    }
  }

  private void noteMap(CallMeta meta) {
    var facts = env.facts[env.pc];
    if (facts.map == null) {
      facts.map = meta.map;
    } else if (facts.map != meta.map) {
      facts.mapsDiffer = true;
    }
  }

  /** A key that is always the same lets Linux jump directly ({@code record_func_key}). */
  private void noteKey(CallMeta meta) {
    if (meta.map == null || !meta.map.type().is(MapTrait.HOLDS_PROGRAMS)) {
      throw env.invalidUnended("expected prog array map for tail call");
    }
    ScalarRange key = env.state.reg(3).range();
    if (env.state.reg(3).isScalar()
        && key.isConst()
        && Long.compareUnsigned(key.constantValue(), Integer.toUnsignedLong(meta.map.maxEntries()))
            < 0) {
      path.markPrecise(3);
    }
  }

  private HelperPrototype prototype(int id) {
    HelperPrototype any = Helpers.byId(id);
    if (id == 0) {
      throw env.invalid("program of this type cannot use helper bpf_unspec#0");
    }
    if (any == null) {
      throw env.invalid("invalid func unknown#" + id);
    }
    Availability allowed =
        Helpers.allowed(id, env.type(), env.attachType(), true, env.profile.version());
    HelperPrototype prototype = HelperChoice.prototype(env, id);
    if (prototype != null && !isConfigured(id, any)) {
      prototype = null;
    }
    boolean byTarget =
        prototype != null && Helpers.prototype(id, env.type(), env.attachType()) == null;
    boolean privileged = env.profile.privileged() || Unprivileged.mayCall(id);
    if (prototype == null || !privileged || allowed == Availability.NOT_ALLOWED && !byTarget) {
      throw env.invalid("program of this type cannot use helper " + any.kernelName() + "#" + id);
    }
    return prototype;
  }

  /** Whether the kernel has the helper: some depend on how it was built. */
  private boolean isConfigured(int id, HelperPrototype helper) {
    var configuration = env.profile.configuration();
    String option = Helpers.configuration(id);
    if (option == null) {
      return true;
    }
    if (id == PROBE_WRITE_USER) {
      if (Boolean.TRUE.equals(configuration.has(LOCKED_DOWN))) {
        return false;
      }
    } else {
      @Nullable Boolean set = configuration.has(option);
      if (set != null) {
        return set;
      }
    }
    throw env.notModelled(
        "helper "
            + helper.kernelName()
            + "#"
            + id
            + ", which depends on the kernel's configuration");
  }

  /** Uninitialised memory that the helper fills byte by byte. */
  private void writeRaw(CallMeta meta) {
    for (int i = 0; i < meta.rawSize; i++) {
      Reg pointer = env.state.reg(meta.rawRegister);
      memory.access(meta.rawRegister, pointer, i, 1, true, -1, null, false);
    }
  }

  private void release(String name, CallMeta meta) {
    if (meta.releaseRegister < 0) {
      return;
    }
    Reg released = env.state.reg(meta.releaseRegister);
    if (released.isNullConstant()) {
      return;
    }
    if (meta.dynptr != null) {
      new Dynptrs(env).release(released);
      return;
    }
    int id = meta.refObjId;
    boolean given =
        meta.kptr == null
            ? References.release(env, id)
            : new Kptrs(env, memory.bounds()).giveAway(id);
    if (!given) {
      throw env.invalid("func " + name + " reference has not been acquired before");
    }
  }

  private Reg result(int id, HelperPrototype prototype, CallMeta meta) {
    int flags = flags(prototype);
    Reg result =
        switch (prototype.returns()) {
          case RET_INTEGER -> number(id, meta);
          case RET_VOID -> Reg.NOT_INIT;
          case RET_PTR_TO_MAP_VALUE -> mapValue(id, flags, meta);
          case RET_PTR_TO_SOCKET -> Reg.pointer(RegType.PTR_TO_SOCKET, flags, Detail.NONE);
          case RET_PTR_TO_TCP_SOCK -> Reg.pointer(RegType.PTR_TO_TCP_SOCK, flags, Detail.NONE);
          case RET_PTR_TO_SOCK_COMMON ->
              Reg.pointer(RegType.PTR_TO_SOCK_COMMON, flags, Detail.NONE);
          case RET_PTR_TO_MEM ->
              Reg.pointer(
                  RegType.PTR_TO_MEM,
                  flags,
                  new Detail.OfMemory((int) meta.memorySize, sliced(id, meta)));
          case RET_PTR_TO_MEM_OR_BTF_ID -> memoryOrStructure(prototype, flags, meta);
          case RET_PTR_TO_BTF_ID ->
              meta.kptr == null
                  ? btfPointer(prototype, flags)
                  : new Kptrs(env, memory.bounds()).previous(meta.kptr, flags);
        };
    if (result.mayBeNull()) {
      result = result.withId(env.newId());
    }
    if (id == DYNPTR_DATA && meta.dynptr != null) {
      return result.withRefObjId(meta.dynptr.refObjId());
    }
    if (CASTS.contains(id)) {
      return result.withRefObjId(meta.refObjId);
    }
    if (acquires(id, meta)) {
      int reference = References.acquire(env);
      return result.withId(reference).withRefObjId(reference);
    }
    return result;
  }

  private static int sliced(int id, CallMeta meta) {
    return id == DYNPTR_DATA && meta.dynptr != null ? meta.dynptr.id() : 0;
  }

  private static boolean acquires(int id, CallMeta meta) {
    if (ACQUIRES.contains(id)) {
      return true;
    }
    return id == MAP_LOOKUP_ELEM
        && meta.map != null
        && meta.map.type().lookupResult() == LookupResult.SOCKET;
  }

  /** One CPU's copy of a variable. */
  private Reg memoryOrStructure(HelperPrototype prototype, int flags, CallMeta meta) {
    if (meta.perCpu == null) {
      throw env.notModelled("result of helper " + prototype.kernelName());
    }
    var btf = meta.perCpu.btf();
    int id = btf.resolve(meta.perCpu.typeId());
    if (btf.type(id) instanceof BtfType.Struct) {
      if (meta.perCpuAllocated) {
        return Reg.btfPointer(TypeFlags.MEM_ALLOC | TypeFlags.MEM_RCU, btf, meta.perCpu.typeId());
      }
      return Reg.btfPointer(flags & ~TypeFlags.MEM_RDONLY, btf, meta.perCpu.typeId());
    }
    return Reg.pointer(RegType.PTR_TO_MEM, flags, new Detail.OfMemory((int) btf.sizeOf(id), 0));
  }

  private Reg btfPointer(HelperPrototype prototype, int flags) {
    var btf = env.profile.kernelBtf();
    String name = prototype.returnBtfType();
    if (btf == null || name == null) {
      throw env.notModelled("result of helper " + prototype.kernelName());
    }
    var id = btf.findStruct(name);
    if (id.isEmpty()) {
      throw env.notModelled("result of helper " + prototype.kernelName());
    }
    return Reg.btfPointer(flags, btf, id.getAsInt());
  }

  private static int flags(HelperPrototype prototype) {
    int flags = 0;
    flags |= prototype.returnsWith(TypeFlag.PTR_MAYBE_NULL) ? TypeFlags.PTR_MAYBE_NULL : 0;
    flags |= prototype.returnsWith(TypeFlag.MEM_RDONLY) ? TypeFlags.MEM_RDONLY : 0;
    flags |= prototype.returnsWith(TypeFlag.MEM_RINGBUF) ? TypeFlags.MEM_RINGBUF : 0;
    flags |= prototype.returnsWith(TypeFlag.PTR_TRUSTED) ? TypeFlags.PTR_TRUSTED : 0;
    flags |= prototype.returnsWith(TypeFlag.PTR_UNTRUSTED) ? TypeFlags.PTR_UNTRUSTED : 0;
    return flags;
  }

  private Reg number(int id, CallMeta meta) {
    return switch (id) {
      case GET_STACK, GET_TASK_STACK, PROBE_READ_STR, PROBE_READ_USER_STR, PROBE_READ_KERNEL_STR ->
          Reg.scalar(
              ScalarRange.of(
                      ScalarRange.UNKNOWN.varOff(),
                      -MAX_ERRNO,
                      meta.sizeMax,
                      0,
                      -1,
                      -MAX_ERRNO,
                      (int) meta.sizeMax,
                      0,
                      -1)
                  .sync(env.rules));
      case GET_SMP_PROCESSOR_ID -> {
        if (!env.kernel.has(Behaviour.KNOWS_PROCESSOR_COUNT)) {
          yield Reg.UNKNOWN;
        }
        yield Reg.scalar(ScalarRange.unsigned(0, env.profile.possibleCpus() - 1));
      }
      default -> Reg.UNKNOWN;
    };
  }

  private Reg mapValue(int id, int flags, CallMeta meta) {
    var map = meta.map;
    if (map == null) {
      throw env.invalid("kernel subsystem misconfigured verifier");
    }
    boolean known =
        id == MAP_LOOKUP_ELEM
            && map.type().is(MapTrait.FILLED)
            && env.kernel.has(Behaviour.KNOWS_ARRAY_ELEMENTS)
            && meta.constKey >= 0
            && meta.constKey < Integer.toUnsignedLong(map.maxEntries());
    int kept = known ? flags & ~TypeFlags.PTR_MAYBE_NULL : flags;
    Reg value = Reg.pointer(RegType.PTR_TO_MAP_VALUE, kept, new Detail.OfMap(map, meta.mapUid));
    boolean locked = env.fields.of(map).hasLock();
    return locked && !value.mayBeNull() ? value.withId(env.newId()) : value;
  }

  private void checkMap(int id, String name, CallMeta meta) {
    if (meta.map == null) {
      return;
    }
    if (!HelperMaps.compatible(id, meta.map.type(), env.type(), env.attachType())) {
      boolean sockets = meta.map.type().lookupResult() == LookupResult.SOCKET;
      if (sockets && (id == MAP_UPDATE_ELEM || id == MAP_DELETE_ELEM)) {
        env.log.message("cannot update sockmap in this context");
      }
      throw env.invalid("cannot pass map_type " + meta.map.type().number() + " into func " + name);
    }
  }

  /** What the arguments said about each other: {@code struct bpf_call_arg_meta}. */
  static final class CallMeta {
    dev.skep.object.@Nullable MapSpec map;
    int mapUid;
    int refObjId;
    int releaseRegister = -1;
    int rawRegister = -1;
    int rawSize;
    boolean rawMode;
    long memorySize;
    long sizeMax;
    long constKey = -1;
    int callback = -1;

    /** The dynptr argument: its first slot, or the {@code dynptr_ptr}. */
    @Nullable Reg dynptr;

    /** The field that {@code bpf_kptr_xchg} exchanges. */
    ValueFields.@Nullable Field kptr;

    /** Whether {@link #perCpu} is an object that the program allocated. */
    boolean perCpuAllocated;

    Detail.@Nullable OfBtf perCpu;
  }

  /** Whether an argument is the size of the memory before it. */
  static boolean isSize(Argument argument) {
    return argument.kind() == ArgumentKind.CONST_SIZE
        || argument.kind() == ArgumentKind.CONST_SIZE_OR_ZERO;
  }
}
