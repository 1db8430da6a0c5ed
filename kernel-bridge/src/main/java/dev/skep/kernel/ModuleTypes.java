package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.BtfInfo;
import dev.skep.kernel.info.ObjectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The types of the running kernel and of its modules (Linux 5.11), searched in this order. Modules
 * are read when the kernel itself does not have what is looked for; their descriptors stay open
 * until {@link #close}.
 */
final class ModuleTypes implements AutoCloseable {

  private final Kernel kernel;
  private @Nullable List<Module> modules;

  ModuleTypes(Kernel kernel) {
    this.kernel = kernel;
  }

  /** A module's name, its loaded types, and the same as read: they extend the kernel's. */
  record Module(String name, KernelBtf loaded, Btf types) {}

  /**
   * Where something was found.
   *
   * @param id in the kernel's types, or in the module's, which counts on from the kernel's
   * @param module null if it is the kernel's
   */
  record Place(int id, @Nullable Module module) {}

  /** The first place that has it; null if none does. */
  @Nullable Place find(Function<Btf, OptionalInt> search) {
    Btf types = kernel.btf();
    if (types == null) {
      return null;
    }
    OptionalInt own = search.apply(types);
    if (own.isPresent()) {
      return new Place(own.getAsInt(), null);
    }
    for (Module module : modules(types)) {
      OptionalInt id = search.apply(module.types());
      if (id.isPresent()) {
        return new Place(id.getAsInt(), module);
      }
    }
    return null;
  }

  private List<Module> modules(Btf base) {
    List<Module> known = modules;
    if (known == null) {
      known = new ArrayList<>();
      modules = known;
      for (int id : ids()) {
        read(id, base, known);
      }
    }
    return known;
  }

  /** Without CAP_SYS_ADMIN there are none to be seen. */
  private static List<Integer> ids() {
    try {
      return Registry.ids(ObjectKind.BTF);
    } catch (KernelCallException e) {
      return List.of();
    }
  }

  private void read(int id, Btf base, List<Module> into) {
    KernelBtf loaded;
    try {
      loaded = kernel.btfById(id);
    } catch (KernelCallException e) {
      return; // it went away meanwhile
    }
    try {
      BtfInfo info = loaded.info();
      if (info.kernel() && !info.name().equals("vmlinux")) {
        into.add(new Module(info.name(), loaded, BtfReader.read(loaded.bytes(), base)));
        return;
      }
    } catch (KernelCallException | BtfFormatException e) {
      // A module whose types cannot be read has nothing for us.
    }
    loaded.close();
  }

  @Override
  public void close() {
    if (modules != null) {
      modules.forEach(m -> m.loaded().close());
      modules = null;
    }
  }
}
