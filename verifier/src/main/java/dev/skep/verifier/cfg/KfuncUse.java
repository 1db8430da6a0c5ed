package dev.skep.verifier.cfg;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.Kfunc;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.Kfuncs;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import java.util.Set;

/**
 * What must hold of a call of a kernel function before any path is walked ({@code add_kfunc_call}).
 */
final class KfuncUse {

  /** Functions of drivers, for programs that are bound to a device. */
  private static final Set<String> DEVICE_BOUND =
      Set.of(
          "bpf_xdp_metadata_rx_timestamp",
          "bpf_xdp_metadata_rx_hash",
          "bpf_xdp_metadata_rx_vlan_tag");

  /** {@code BPF_F_XDP_DEV_BOUND_ONLY}. */
  private static final int F_XDP_DEV_BOUND_ONLY = 1 << 6;

  private KfuncUse() {}

  static void check(Environment env, int pc, RawInstruction call) {
    if (!env.program.gplCompatible()) {
      throw env.invalid("cannot call kernel function from non-GPL compatible program");
    }
    Btf btf = env.profile.kernelBtf();
    int id = call.imm();
    if (id == 0 && call.offset() == 0) {
      return;
    }
    if (call.offset() < 0) {
      env.log.message("negative offset disallowed for kernel module function call");
      throw env.invalid("failed to find BTF for kernel function");
    }
    if (call.offset() > 0 && !env.program.kfuncs().containsKey(pc)) {
      env.log.message("kfunc offset > 0 without fd_array is invalid");
      throw env.refuse("EPROTO", "failed to find BTF for kernel function");
    }
    if (btf == null || call.offset() != 0) {
      return;
    }
    if (id < 0 || id >= btf.typeCount() || !(btf.type(id) instanceof BtfType.Func function)) {
      throw env.invalid("kernel btf_id " + Integer.toUnsignedString(id) + " is not a function");
    }
    if (!(btf.type(function.type()) instanceof BtfType.FuncProto)) {
      throw env.invalid("kernel function btf_id " + id + " does not have a valid func_proto");
    }
    if (DEVICE_BOUND.contains(function.name())
        && (env.program.flags() & F_XDP_DEV_BOUND_ONLY) == 0
        && env.kernel.has(Behaviour.BINDS_METADATA_TO_DEVICES)) {
      throw env.invalid("metadata kfuncs require device-bound program");
    }
  }

  /** Whether a function of the program that makes this call may sleep. */
  static boolean mightSleep(Environment env, RawInstruction call) {
    Kfunc kfunc = Kfuncs.byName(name(env, call));
    return kfunc != null && kfunc.has(KfuncFlag.SLEEPABLE);
  }

  /** Whether an instruction calls {@code bpf_throw}. */
  static boolean isThrow(Environment env, RawInstruction raw) {
    return ControlFlow.isKfuncCall(raw) && name(env, raw).equals("bpf_throw");
  }

  /** The function's name, empty if it is unknown or a module's. */
  private static String name(Environment env, RawInstruction call) {
    Btf btf = env.profile.kernelBtf();
    int id = call.imm();
    if (btf == null || call.offset() != 0 || id <= 0 || id >= btf.typeCount()) {
      return "";
    }
    return btf.type(id) instanceof BtfType.Func function ? function.name() : "";
  }
}
