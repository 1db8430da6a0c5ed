package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.kernel.ModuleTypes.Place;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import java.lang.foreign.Arena;
import java.util.ArrayList;

/**
 * {@code BPF_MAP_CREATE} of a struct_ops map: its value is a structure of the kernel, or since
 * Linux 6.9 of a module.
 */
final class StructOpsCreator {

  /** {@code BPF_F_VTYPE_BTF_OBJ_FD}. */
  private static final int F_VTYPE_BTF_OBJ_FD = 1 << 15;

  private StructOpsCreator() {}

  static KernelMap create(KernelObject session, MapSpec spec) {
    Kernel kernel = session.kernel();
    Place value = place(session, spec);
    // The kernel wants the object to have types of its own, and looks at none of them.
    try (KernelBtf own = ownTypes(session);
        Arena arena = Arena.ofConfined()) {
      int ownFd = own.fd().acquire();
      var module = value.module();
      try {
        Block attr =
            Block.of(arena, BpfAttr.MAP_CREATE)
                .set("map_type", MapType.STRUCT_OPS.number())
                .set("key_size", spec.keySize())
                .set("value_size", spec.valueSize())
                .set("max_entries", spec.maxEntries())
                .set("map_flags", spec.flags())
                .set("btf_fd", ownFd)
                .set("btf_vmlinux_value_type_id", value.id())
                .setText("map_name", Names.kernelName(spec.name()));
        if (module != null) {
          attr.set("map_flags", spec.flags() | F_VTYPE_BTF_OBJ_FD)
              .set("value_type_btf_obj_fd", module.loaded().fd().acquire());
        }
        return new KernelMap(kernel, Bpf.open(BpfCommand.MAP_CREATE, attr), spec);
      } finally {
        if (module != null) {
          module.loaded().fd().release();
        }
        own.fd().release();
      }
    }
  }

  private static Place place(KernelObject session, MapSpec spec) {
    Btf types = spec.btf();
    if (types != null && types.type(spec.btfValueTypeId()) instanceof BtfType.Struct struct) {
      Place found =
          struct.name().startsWith("bpf_struct_ops_")
              ? session.moduleTypes().find(t -> t.findStruct(struct.name()))
              : null;
      if (found != null) {
        return found;
      }
    }
    throw new KernelCallException(
        BpfCommand.MAP_CREATE.uapiName(),
        Errno.ENOENT.number(),
        "the running kernel has no such structure, or the object was read without this kernel's"
            + " types: read it with Kernel.read");
  }

  private static KernelBtf ownTypes(KernelObject session) {
    BpfObject object = session.object();
    Btf types = object == null ? null : object.btf();
    if (types != null) {
      KernelBtf loaded = session.types(types, java.util.List.of(), new ArrayList<>()).btf();
      if (loaded != null) {
        return session.kernel().btfById(loaded.info().id());
      }
    }
    var builder = new BtfBuilder();
    builder.add(BtfType.Int.signed("int", 4));
    return session.kernel().loadBtf(builder.build());
  }
}
