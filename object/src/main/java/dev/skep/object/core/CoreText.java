package dev.skep.object.core;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfExt.CoreRecord;
import dev.skep.btf.BtfFormatException;

/** Says in C's words what a relocation asks for, without a kernel at hand. */
public final class CoreText {

  private CoreText() {}

  /** Such as {@code byte_off task_struct.mm.arg_start}; never throws. */
  public static String of(Btf local, CoreRecord record) {
    CoreKind kind = CoreKind.of(record.kind());
    if (kind == null) {
      return "relocation of unknown kind " + record.kind();
    }
    try {
      return kind.shortName()
          + " "
          + CoreSpec.parse(local, record.typeId(), kind, record.access()).path();
    } catch (CoreException | BtfFormatException e) {
      return kind.shortName() + " of type [" + record.typeId() + "] " + record.access();
    }
  }
}
