package dev.skep.object.writer;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.object.ProgramSpec;
import dev.skep.object.elf.Elf;
import dev.skep.object.elf.ElfWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions and variables of the kernel that an object refers to. */
final class Externs {

  private final ElfWriter elf;
  private final BtfBuilder types;
  private final @Nullable Btf own;
  private final Map<String, Integer> symbols = new HashMap<>();
  private final List<Integer> declarations = new ArrayList<>();

  Externs(ElfWriter elf, BtfBuilder types, @Nullable Btf own) {
    this.elf = elf;
    this.types = types;
    this.own = own;
  }

  /** The symbol of a function ({@code called}) or of whatever has that name. */
  int symbol(ProgramSpec program, @Nullable String name, boolean called) {
    if (name == null) {
      throw new IllegalArgumentException(
          "program '%s' refers to something in the kernel without a name"
              .formatted(program.name()));
    }
    Integer known = symbols.get(name);
    if (known != null) {
      return known;
    }
    Btf kernel = program.kernelBtf();
    // Not only variables: a function's address may be taken too.
    boolean function = called || kernel != null && kernel.findVar(name).isEmpty();
    int kernelId =
        kernel == null ? 0 : (function ? kernel.findFunc(name) : kernel.findVar(name)).orElse(0);
    if (kernel == null || kernelId == 0) {
      throw new IllegalArgumentException(
          "program '%s': the declaration of the kernel's '%s' is not known"
              .formatted(program.name(), name));
    }
    declarations.add(declare(name, function, kernel, kernelId));
    int symbol = elf.symbol(name, Elf.STT_NOTYPE, Elf.STB_GLOBAL, 0, 0, 0);
    symbols.put(name, symbol);
    return symbol;
  }

  /** The extern's declaration: libbpf takes the first of its name, so an old one is replaced. */
  private int declare(String name, boolean function, Btf kernel, int kernelId) {
    int id =
        own == null
            ? 0
            : own.find(name, t -> t instanceof BtfType.Func || t instanceof BtfType.Var).orElse(0);
    var copier = new KernelTypes(kernel, types);
    BtfType declaration;
    if (!function) {
      int type = copier.copy(((BtfType.Var) kernel.type(kernelId)).type());
      declaration = new BtfType.Var(name, type, Linkage.EXTERN);
    } else {
      int proto =
          own != null && id != 0 && own.type(id) instanceof BtfType.Func f
              ? f.type()
              : copier.copy(((BtfType.Func) kernel.type(kernelId)).type());
      declaration = new BtfType.Func(name, proto, Linkage.EXTERN);
    }
    if (id == 0) {
      return types.add(declaration);
    }
    types.set(id, declaration);
    return id;
  }

  /** Adds the section that says that they are the kernel's. */
  void addSection() {
    if (!declarations.isEmpty()) {
      types.add(
          new BtfType.Datasec(
              ".ksyms", 0, declarations.stream().map(id -> new SectionVar(id, 0, 0)).toList()));
    }
  }
}
