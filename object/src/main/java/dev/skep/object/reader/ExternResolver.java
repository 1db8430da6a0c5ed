package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Behaviour;
import dev.skep.object.ReadOptions;
import dev.skep.object.core.CoreException;
import dev.skep.object.core.TypeMatch;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Finds externs in the kernel that the options describe. */
final class ExternResolver {

  private final Btf btf;
  private final ReadOptions options;
  private final String file;
  private final List<Diagnostic> warnings;

  ExternResolver(Btf btf, ReadOptions options, String file, List<Diagnostic> warnings) {
    this.btf = btf;
    this.options = options;
    this.file = file;
    this.warnings = warnings;
  }

  void resolve(List<Extern> externs, @Nullable MapDraft kconfig) {
    for (Extern extern : externs) {
      switch (extern.kind) {
        case KCONFIG -> {
          if (kconfig == null || kconfig.initialValue == null) {
            throw new IllegalStateException("no .kconfig map");
          }
          configuration(extern, kconfig.initialValue);
        }
        case KSYM -> {
          if (extern.typeId == 0) {
            address(extern);
          } else if (options.kernelBtf() == null) {
            warn(
                extern,
                "is not looked for, because no kernel's types are given",
                "name a kernel's BTF; on the machine itself it is /sys/kernel/btf/vmlinux");
            continue;
          } else if (extern.function) {
            function(extern, options.kernelBtf());
          } else {
            variable(extern, options.kernelBtf());
          }
        }
      }
    }
  }

  private void warn(Extern extern, String what, String help) {
    warnings.add(
        Diagnostic.warning(
                "object/extern-unresolved",
                Location.inFile(file),
                "extern '%s' %s".formatted(extern.name, what))
            .withHelp(help));
  }

  private void configuration(Extern extern, byte[] map) {
    switch (extern.name) {
      case "LINUX_KERNEL_VERSION" ->
          KernelConfig.setNumber(btf, extern, map, options.kernelVersionCode());
      case "LINUX_HAS_BPF_COOKIE" ->
          KernelConfig.setNumber(
              btf, extern, map, Behaviour.COOKIES.isIn(options.kernel()) ? 1 : 0);
      case "LINUX_HAS_SYSCALL_WRAPPER" ->
          KernelConfig.setNumber(
              btf, extern, map, Behaviour.WRAPS_SYSTEM_CALLS.isIn(options.kernel()) ? 1 : 0);
      default -> {
        if (!extern.name.startsWith("CONFIG_")) {
          if (!extern.name.startsWith("LINUX_") || !extern.weak) {
            throw new BadObject(
                "object/extern",
                "__kconfig value '%s' is none that libbpf knows; names start with CONFIG_, or are LINUX_KERNEL_VERSION and the like"
                    .formatted(extern.name));
          }
          KernelConfig.setNumber(btf, extern, map, 0);
          return;
        }
        String value = options.kernelConfig().get(extern.name);
        if (value != null) {
          KernelConfig.set(btf, extern, map, value);
        } else if (!extern.weak && options.kernelConfig().isEmpty()) {
          warn(
              extern,
              "is taken as 0, because no kernel configuration is given",
              "on the machine itself the configuration is /proc/config.gz or in /boot");
        } else if (!extern.weak) {
          throw new BadObject(
              "object/extern",
              "the kernel's configuration has no %s; declare it __weak if it may be missing"
                  .formatted(extern.name));
        }
      }
    }
  }

  private void address(Extern extern) {
    Long address = options.kernelSymbols().get(extern.name);
    if (address != null) {
      extern.address = address;
      extern.resolved = true;
    } else if (!extern.weak && options.kernelSymbols().isEmpty()) {
      warn(
          extern,
          "has the address 0, because no kernel symbols are given",
          "on the machine itself they are in /proc/kallsyms");
    } else if (!extern.weak) {
      throw new BadObject(
          "object/extern",
          "the kernel has no symbol '%s'; declare it __weak if it may be missing"
              .formatted(extern.name));
    }
  }

  private void variable(Extern extern, Btf kernel) {
    OptionalInt id = kernel.findVar(extern.name);
    if (id.isEmpty()) {
      notFound(extern, "variable");
      return;
    }
    int typeId = kernel.resolve(((BtfType.Var) kernel.type(id.getAsInt())).type());
    if (!compatible(extern, kernel, typeId)) {
      throw new BadObject(
          "object/extern",
          "extern variable '%s' has another type in the kernel ([%d] %s)"
              .formatted(extern.name, typeId, kernel.type(typeId).name()));
    }
    extern.kernelBtfId = id.getAsInt();
    extern.resolved = true;
  }

  private void function(Extern extern, Btf kernel) {
    OptionalInt id = kernel.findFunc(Btf.essentialName(extern.name));
    if (id.isEmpty()) {
      notFound(extern, "function");
      return;
    }
    int typeId = ((BtfType.Func) kernel.type(id.getAsInt())).type();
    if (!compatible(extern, kernel, typeId)) {
      if (extern.weak) {
        return;
      }
      throw new BadObject(
          "object/extern",
          "extern function '%s' has other parameters in the kernel ([%d])"
              .formatted(extern.name, typeId));
    }
    extern.kernelBtfId = id.getAsInt();
    extern.resolved = true;
  }

  private boolean compatible(Extern extern, Btf kernel, int typeId) {
    try {
      return new TypeMatch(btf, kernel).compatible(extern.typeId, typeId);
    } catch (CoreException | BtfFormatException e) {
      throw new BadObject(
          Diagnostic.error(
                  "object/extern",
                  Location.NOWHERE,
                  "extern '%s' cannot be compared with the kernel's".formatted(extern.name))
              .withNote(String.valueOf(e.getMessage())));
    }
  }

  private static void notFound(Extern extern, String what) {
    if (!extern.weak) {
      throw new BadObject(
          Diagnostic.error(
                  "object/extern",
                  Location.NOWHERE,
                  "the kernel's BTF has no %s '%s'".formatted(what, Btf.essentialName(extern.name)))
              .withHelp("declare it __weak and ask with bpf_ksym_exists() if it may be missing"));
    }
  }
}
