package dev.skep.object.reader;

/** A symbol that the kernel, its configuration, or libbpf itself defines. */
final class Extern {

  /** Which section of externs it is in. */
  enum Kind {
    KCONFIG,
    KSYM
  }

  final String name;

  /** Index of its ELF symbol. */
  final int symbol;

  final boolean weak;

  /** Id of its variable or function in the object's BTF. */
  final int btfId;

  final Kind kind;
  final boolean function;

  /** For ksyms, the id of its type or prototype behind modifiers; 0 for {@code void}. */
  final int typeId;

  /** For configuration values: bytes. */
  int size;

  int alignment;

  /** For configuration values: offset in the {@code .kconfig} map. */
  int dataOffset;

  /** Position among all externs, once sorted. */
  int index;

  boolean resolved;
  int kernelBtfId;
  long address;

  Extern(
      String name, int symbol, boolean weak, int btfId, Kind kind, boolean function, int typeId) {
    this.name = name;
    this.symbol = symbol;
    this.weak = weak;
    this.btfId = btfId;
    this.kind = kind;
    this.function = function;
    this.typeId = typeId;
  }
}
