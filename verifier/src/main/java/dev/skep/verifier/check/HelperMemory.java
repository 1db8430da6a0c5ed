package dev.skep.verifier.check;

import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

/** Memory that a helper or another function reads or writes ({@code check_helper_mem_access}). */
final class HelperMemory {

  private final Environment env;
  private final MemoryAccess memory;

  HelperMemory(Path path, MemoryAccess memory) {
    this.env = path.env();
    this.memory = memory;
  }

  void check(int number, Reg reg, int size, boolean write, boolean zeroAllowed) {
    MemoryBounds bounds = memory.bounds();
    if (reg.mayBeNull()) {
      throw wrongType(number, reg);
    }
    switch (reg.type()) {
      case PTR_TO_PACKET, PTR_TO_PACKET_META ->
          bounds.packet(number, reg, reg.off(), size, zeroAllowed);
      case PTR_TO_MAP_KEY -> {
        refuseWrite(number, reg, write);
        bounds.region(number, reg, reg.off(), size, reg.map().keySize(), false);
      }
      case PTR_TO_MAP_VALUE -> {
        bounds.mapPermission(reg, reg.off(), size, write);
        bounds.mapValue(number, reg, reg.off(), size, zeroAllowed, false);
      }
      case PTR_TO_MEM -> {
        if (reg.has(TypeFlags.MEM_RDONLY)) {
          refuseWrite(number, reg, write);
        }
        bounds.region(number, reg, reg.off(), size, reg.memorySize(), zeroAllowed);
      }
      case PTR_TO_STACK ->
          memory.stack.checkInitialized(
              number, reg, reg.off(), size, zeroAllowed, write, " indirect");
      case PTR_TO_BTF_ID -> memory.btfPointers().access(number, reg, reg.off(), size, false);
      case PTR_TO_BUF -> {
        if (reg.has(TypeFlags.MEM_RDONLY)) {
          refuseWrite(number, reg, write);
        }
        bounds.buffer(number, reg, reg.off(), size);
      }
      case PTR_TO_CTX -> context(number, reg, size, write, zeroAllowed);
      default -> {
        if (!(zeroAllowed && size == 0 && reg.isNullConstant())) {
          throw wrongType(number, reg);
        }
      }
    }
  }

  /** Where contexts are not rewritten, the last byte decides for all. */
  private void context(int number, Reg reg, int size, boolean write, boolean zeroAllowed) {
    boolean rewritten =
        switch (env.type()) {
          case SYSCALL,
              TRACING,
              LSM,
              STRUCT_OPS,
              KPROBE,
              TRACEPOINT,
              RAW_TRACEPOINT,
              RAW_TRACEPOINT_WRITABLE,
              NETFILTER,
              LIRC_MODE2,
              CGROUP_DEVICE ->
              false;
          default -> true;
        };
    if (rewritten) {
      throw wrongType(number, reg);
    }
    if (size != 0) {
      memory.access(number, reg, size - 1, 1, write, -1, null, false);
    } else if (!zeroAllowed) {
      throw new Rejection("EACCES");
    }
  }

  private void refuseWrite(int number, Reg reg, boolean write) {
    if (write) {
      throw env.deny("R" + number + " cannot write into " + StatePrinter.typeName(reg));
    }
  }

  private RuntimeException wrongType(int number, Reg reg) {
    return env.deny(
        "R"
            + number
            + " type="
            + StatePrinter.typeName(reg)
            + " expected="
            + RegType.PTR_TO_STACK.text());
  }
}
