package dev.skep.verifier.cfg;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.HelperEffect;
import dev.skep.catalog.HelperId;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.isa.Code;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.MapSpec;
import dev.skep.verifier.admission.AttachCheck;
import dev.skep.verifier.admission.HelperChoice;
import dev.skep.verifier.admission.KernelSymbols;
import dev.skep.verifier.admission.RefusedTypes;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Subprogram;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The checks before any path is walked, in the kernel's order: subprograms and their borders, wide
 * loads, opcodes, reachability; then loops and live registers.
 */
public final class ProgramShape {

  /** Offsets above this are refused: {@code BPF_MAX_VAR_OFF}. */
  private static final int MAX_VAR_OFF = 1 << 29;

  private final Environment env;
  private final Code code;

  public ProgramShape(Environment env) {
    this.env = env;
    this.code = env.code;
  }

  /** Runs everything; ends with a rejection if the shape is wrong. */
  public void check() {
    if (code.size() == 0) {
      throw new dev.skep.verifier.path.Rejection("E2BIG");
    }
    checkKinds();
    env.subprograms = findSubprograms();
    checkSubprogramBorders();
    RefusedTypes.check(env);
    new FunctionTypes(env).check();
    new LineRecords(env).check();
    checkWideLoads();
    for (int pc = 0; pc < code.size(); pc++) {
      if (isExit(code.at(pc))) {
        env.facts[pc].instruction = new Instruction.Exit();
      } else if (Decoder.decode(code, pc) instanceof Decoded.Valid(var instruction)) {
        env.facts[pc].instruction = instruction;
        pc += instruction.slots() - 1;
      }
    }
    new Reachability(env).check();
    new AttachCheck(env).check();
    new FastCalls(env).mark();
    PostOrder.compute(code, env.subprograms);
    Loops.number(code, env.facts);
    new LiveRegisters(env).compute();
  }

  /** Linux does not look at the offset of an exit. */
  private static boolean isExit(RawInstruction raw) {
    return raw.opcode() == (ControlFlow.JMP | ControlFlow.OP_EXIT)
        && raw.dstReg() == 0
        && raw.srcReg() == 0
        && raw.imm() == 0;
  }

  /** Kinds of programs that the kernel does not know are refused without a word. */
  private void checkKinds() {
    if (!env.profile.privileged()) {
      Unprivileged.checkKind(env);
    }
    KernelVersion kernel = env.profile.version();
    AttachType attach = env.program.expectedAttachType();
    boolean attachChecked =
        switch (env.type()) {
          case CGROUP_SOCK,
              CGROUP_SOCK_ADDR,
              CGROUP_SKB,
              CGROUP_SOCKOPT,
              SK_LOOKUP,
              SK_REUSEPORT,
              NETFILTER ->
              true;
          default -> false;
        };
    if (!env.type().isIn(kernel) || attachChecked && attach != null && !attach.isIn(kernel)) {
      throw new dev.skep.verifier.path.Rejection("EINVAL");
    }
  }

  private List<Subprogram> findSubprograms() {
    var starts = new TreeSet<Integer>();
    starts.add(0);
    if (!env.profile.privileged()) {
      env.subprograms = between(starts);
      Unprivileged.checkCalls(env);
    }
    for (int pc = 0; pc < code.size(); pc++) {
      RawInstruction raw = code.at(pc);
      if (ControlFlow.isLocalCall(raw) || ControlFlow.isFunctionAddress(raw)) {
        long target = (long) pc + raw.imm() + 1;
        if (target < 0 || target >= code.size()) {
          env.subprograms = between(starts);
          throw env.invalid("call to invalid destination");
        }
        starts.add((int) target);
      } else if (ControlFlow.isKfuncCall(raw)) {
        env.subprograms = between(starts);
        KfuncUse.check(env, pc, raw);
      }
    }
    int exceptionCallback = ExceptionCallback.start(env);
    if (exceptionCallback > 0 && exceptionCallback < code.size()) {
      starts.add(exceptionCallback);
      env.exceptionCallback = starts.headSet(exceptionCallback).size();
    }
    if (starts.size() > 256) {
      throw env.refuse("E2BIG", "too many subprograms");
    }
    List<Subprogram> subprograms = between(starts);
    if (env.log.isDetailed()) {
      for (int i = 0; i < subprograms.size(); i++) {
        env.log.add("func#" + i + " @" + subprograms.get(i).start).endLine();
      }
    }
    return subprograms;
  }

  private List<Subprogram> between(NavigableSet<Integer> starts) {
    List<Subprogram> subprograms = new ArrayList<>();
    for (int start : starts) {
      Integer next = starts.higher(start);
      subprograms.add(new Subprogram(start, next == null ? code.size() : next));
    }
    return subprograms;
  }

  private void checkSubprogramBorders() {
    for (Subprogram sub : env.subprograms) {
      for (int pc = sub.start; pc < sub.end; pc++) {
        RawInstruction raw = code.at(pc);
        if (ControlFlow.isHelperCall(raw) && raw.imm() == HelperId.TAIL_CALL) {
          sub.hasTailCall = true;
        }
        int mode = raw.opcode() & 0xe0;
        if ((raw.opcode() & 7) == 0 && (mode == 0x20 || mode == 0x40)) {
          sub.hasLdAbs = true;
        }
        boolean jumps =
            ControlFlow.isJumpClass(raw)
                && ControlFlow.op(raw) != ControlFlow.OP_EXIT
                && ControlFlow.op(raw) != ControlFlow.OP_CALL;
        if (jumps) {
          int target = pc + ControlFlow.jumpOffset(raw) + 1;
          if (target < sub.start || target >= sub.end) {
            throw env.invalid("jump out of range from insn " + pc + " to " + target);
          }
        }
        if (pc == sub.end - 1
            && raw.opcode() != (ControlFlow.JMP | ControlFlow.OP_EXIT)
            && raw.opcode() != ControlFlow.JMP
            && raw.opcode() != ControlFlow.JMP32) {
          throw env.invalid("last insn is not an exit or jmp");
        }
      }
    }
  }

  private void checkWideLoads() {
    for (int pc = 0; pc < code.size(); pc++) {
      RawInstruction raw = code.at(pc);
      int mode = raw.opcode() & 0xe0;
      boolean known =
          mode == 0x60 || mode == 0x80 && InstructionVersions.knowsSignedLoads(env.kernel);
      if ((raw.opcode() & 7) == 1 && (!known || raw.imm() != 0)) {
        throw env.invalid("BPF_LDX uses reserved fields");
      }
      if (!raw.isWide()) {
        if (!ControlFlow.isKnownOpcode(raw.opcode())
            || !InstructionVersions.knowsOpcode(env.kernel, raw.opcode())) {
          throw env.invalid("unknown opcode %02x".formatted(raw.opcode()));
        }
        continue;
      }
      if (pc == code.size() - 1) {
        throw env.invalid("invalid bpf_ld_imm64 insn");
      }
      RawInstruction next = code.at(pc + 1);
      if ((next.bits() & 0xffff_ffffL) != 0) {
        throw env.invalid("invalid bpf_ld_imm64 insn");
      }
      if (raw.srcReg() != 0) {
        checkPseudoWide(raw, next);
      }
      pc++;
    }
  }

  private void checkPseudoWide(RawInstruction raw, RawInstruction next) {
    if (raw.srcReg() >= WideKind.COUNT) {
      throw env.invalid("unrecognized bpf_ld_imm64 insn");
    }
    switch (WideKind.of(raw.srcReg())) {
      case CONSTANT, CODE_ADDRESS -> {}
      case VARIABLE_ADDRESS -> {
        if (env.profile.kernelBtf() == null) {
          throw env.notModelled("address of a kernel variable without the kernel's BTF");
        }
        new KernelSymbols(env).load(raw.imm(), next.imm());
      }
      case MAP_FD, MAP_INDEX -> {
        if (next.imm() != 0) {
          throw env.invalid("unrecognized bpf_ld_imm64 insn");
        }
        mapOf(raw);
      }
      case MAP_VALUE, MAP_INDEX_VALUE -> {
        MapSpec map = mapOf(raw);
        int offset = next.imm();
        if (Integer.compareUnsigned(offset, MAX_VAR_OFF) >= 0) {
          throw env.invalid(
              "direct value offset of " + Integer.toUnsignedString(offset) + " is not allowed");
        }
        if (!map.type().is(MapTrait.DIRECT_VALUE)) {
          throw env.invalid("no direct value access support for this map type");
        }
        if (map.type() == MapType.ARRAY
            && (map.maxEntries() != 1 || Integer.compareUnsigned(offset, map.valueSize()) >= 0)) {
          throw env.invalid(
              "invalid access to map value pointer, value_size="
                  + map.valueSize()
                  + " off="
                  + Integer.toUnsignedString(offset));
        }
      }
    }
  }

  private MapSpec mapOf(RawInstruction raw) {
    int index = raw.imm();
    if (index < 0 || index >= env.program.maps().size()) {
      throw env.refuse("EBADF", "fd " + index + " is not pointing to valid bpf_map");
    }
    MapSpec map = env.program.maps().get(index);
    new dev.skep.verifier.admission.MapUse(env).check(map);
    return map;
  }

  /** Whether a helper calls a function of the program before it returns. */
  static boolean callsCallback(int helper) {
    return Helpers.has(helper, HelperEffect.CALLS_BACK);
  }

  /** Whether a helper makes the kernel call a function of the program later. */
  static boolean setsCallback(int helper) {
    return Helpers.has(helper, HelperEffect.SETS_CALLBACK);
  }

  /** Arguments that a helper call reads, as register bits, or -1 if the helper is not known. */
  static int argumentsOf(Environment env, int helper) {
    HelperPrototype prototype = HelperChoice.prototype(env, helper);
    if (prototype == null) {
      return -1;
    }
    return (1 << prototype.arguments().size() + 1) - 2;
  }
}
