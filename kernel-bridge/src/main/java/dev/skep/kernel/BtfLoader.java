package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfWriter;
import dev.skep.catalog.Errno;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.call.LogBuffer;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code BPF_BTF_LOAD}, and what has to be changed in a compiler's BTF for the kernel to take it.
 */
final class BtfLoader {

  private static final int LOG_LEVEL = 1;
  private static final int LAST_LINES = 6;

  private BtfLoader() {}

  static KernelBtf load(Kernel kernel, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
      Block attr = Block.of(arena, BpfAttr.BTF_LOAD).set("btf", data).set("btf_size", bytes.length);
      int result = Bpf.attempt(BpfCommand.BTF_LOAD, attr);
      if (result >= 0) {
        return new KernelBtf(kernel, Fd.own(result));
      }
      LogBuffer log = new LogBuffer(arena, 64 * 1024);
      int again = result;
      do {
        attr.set("btf_log_buf", log.memory())
            .set("btf_log_size", log.size())
            .set("btf_log_level", LOG_LEVEL)
            .set("btf_log_true_size", 0);
        again = Bpf.attempt(BpfCommand.BTF_LOAD, attr);
      } while (again == Errno.ENOSPC.negated() && log.grow(attr.getInt("btf_log_true_size")));
      if (again >= 0) {
        return new KernelBtf(kernel, Fd.own(again));
      }
      KernelCallException failure = Bpf.failure(BpfCommand.BTF_LOAD, -result, attr);
      String lines = LogBuffer.lastLines(log.text(), LAST_LINES);
      throw lines.isEmpty()
          ? failure
          : new KernelCallException(
              failure.call(), failure.errorNumber(), "the kernel's log ends with\n" + lines);
    }
  }

  /**
   * Encodes types so that the kernel takes them: it has no external linkage, and it wants the sizes
   * and offsets of sections that the compiler leaves to the linker. Ids stay as they are.
   */
  static byte[] encode(Btf types, BtfWriter.StringTable strings) {
    return BtfWriter.write(needsChange(types) ? changed(types) : types, strings);
  }

  private static boolean needsChange(Btf types) {
    for (int id = 1; id < types.typeCount(); id++) {
      BtfType type = types.type(id);
      if (type instanceof BtfType.Func f && f.linkage() == Linkage.EXTERN
          || type instanceof BtfType.Var v && v.linkage() == Linkage.EXTERN
          || type instanceof BtfType.Datasec s && !isLaidOut(types, s)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLaidOut(Btf types, BtfType.Datasec section) {
    long end = 0;
    for (BtfType.SectionVar v : section.vars()) {
      if (v.offset() < end || !(types.type(v.type()) instanceof BtfType.Var)) {
        return false;
      }
      end = (long) v.offset() + v.size();
    }
    return section.size() > 0 && end <= section.size();
  }

  private static Btf changed(Btf types) {
    BtfBuilder builder = BtfBuilder.copyOf(types);
    int anInt = 0;
    for (int id = 1; id < types.typeCount() && anInt == 0; id++) {
      anInt = types.type(id) instanceof BtfType.Int i && i.size() == 4 ? id : 0;
    }
    if (anInt == 0) {
      anInt = builder.add(BtfType.Int.signed("int", 4));
    }
    int dummy = 0;
    for (int id = 1; id < types.typeCount(); id++) {
      switch (types.type(id)) {
        case BtfType.Func f when f.linkage() == Linkage.EXTERN -> {
          builder.set(id, new BtfType.Func(f.name(), f.type(), Linkage.GLOBAL));
          if (types.type(f.type()) instanceof BtfType.FuncProto proto) {
            builder.set(f.type(), named(proto));
          }
        }
        case BtfType.Var v when v.linkage() == Linkage.EXTERN ->
            builder.set(id, new BtfType.Var(v.name(), anInt, Linkage.GLOBAL));
        case BtfType.Datasec s when !isLaidOut(types, s) -> {
          if (dummy == 0) {
            dummy = builder.add(new BtfType.Var("unplaced", anInt, Linkage.GLOBAL));
          }
          builder.set(id, laidOut(types, s, dummy));
        }
        default -> {}
      }
    }
    return builder.build();
  }

  /** The kernel wants names for the parameters of a function, which external ones may lack. */
  private static BtfType.FuncProto named(BtfType.FuncProto proto) {
    var params = new ArrayList<BtfType.Param>();
    for (BtfType.Param p : proto.params()) {
      boolean ellipsis = p.type() == 0;
      params.add(
          p.name().isEmpty() && !ellipsis ? new BtfType.Param("arg" + params.size(), p.type()) : p);
    }
    return new BtfType.FuncProto(proto.returnType(), params);
  }

  /**
   * A section whose variables lie one behind the other. Functions among them (kernel functions in
   * {@code .ksyms}) become integer variables: the kernel only allows variables.
   */
  private static BtfType.Datasec laidOut(Btf types, BtfType.Datasec section, int dummyVar) {
    List<BtfType.SectionVar> vars = new ArrayList<>();
    int end = 0;
    for (BtfType.SectionVar v : section.vars()) {
      boolean variable =
          types.type(v.type()) instanceof BtfType.Var var && var.linkage() != Linkage.EXTERN;
      int size = variable ? Math.max(1, v.size()) : 4;
      int var = types.type(v.type()) instanceof BtfType.Var ? v.type() : dummyVar;
      vars.add(new BtfType.SectionVar(var, end, size));
      end += size;
    }
    return new BtfType.Datasec(section.name(), Math.max(end, section.size()), vars);
  }
}
