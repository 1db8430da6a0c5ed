package dev.skep.object.writer;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies declarations of kernel functions and variables, just deep enough for libbpf to find them
 * compatible: structs come without members.
 */
final class KernelTypes {

  private final Btf kernel;
  private final BtfBuilder types;
  private final Map<Integer, Integer> copies = new HashMap<>();

  KernelTypes(Btf kernel, BtfBuilder types) {
    this.kernel = kernel;
    this.types = types;
  }

  int copy(int kernelId) {
    int id = kernel.resolve(kernelId);
    if (id == 0) {
      return 0;
    }
    Integer known = copies.get(id);
    if (known != null) {
      return known;
    }
    int copy =
        switch (kernel.type(id)) {
          case BtfType.Struct s -> types.add(new BtfType.Struct(s.name(), s.union(), 0, List.of()));
          case BtfType.Enum e ->
              types.add(new BtfType.Enum(e.name(), e.size(), e.signed(), List.of()));
          case BtfType.Enum64 e ->
              types.add(new BtfType.Enum64(e.name(), e.size(), e.signed(), List.of()));
          case BtfType.Ptr p -> types.add(new BtfType.Ptr(copy(p.type())));
          case BtfType.Array a -> {
            int element = copy(a.elementType());
            yield types.add(new BtfType.Array(element, copy(a.indexType()), a.count()));
          }
          case BtfType.FuncProto p -> {
            int returned = copy(p.returnType());
            List<BtfType.Param> params =
                p.params().stream().map(q -> new BtfType.Param(q.name(), copy(q.type()))).toList();
            yield types.add(new BtfType.FuncProto(returned, params));
          }
          case BtfType.Int _, BtfType.Float _, BtfType.Fwd _ -> types.add(kernel.type(id));
          default -> throw new IllegalArgumentException("cannot copy kernel type [" + id + "]");
        };
    copies.put(id, copy);
    return copy;
  }
}
