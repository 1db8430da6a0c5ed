package dev.skep.object.core;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.core.CoreSpec.Accessor;

/**
 * The number that a field relocation wants, on one side.
 *
 * @param value the number
 * @param size the field's size where an instruction's access size depends on it, otherwise 0
 * @param typeId the field's type where {@code size} is set
 * @param validate whether the compiler surely computed the same number
 */
record FieldValue(long value, int size, int typeId, boolean validate) {

  static FieldValue of(CoreSpec spec) {
    Accessor last = spec.last();
    return last.name() == null ? element(spec, last) : member(spec, last);
  }

  private static FieldValue element(CoreSpec spec, Accessor last) {
    long size = CoreSpec.size(spec.btf, last.typeId());
    return switch (spec.kind) {
      case FIELD_BYTE_OFFSET -> new FieldValue(spec.bitOffset / 8, (int) size, last.typeId(), true);
      case FIELD_BYTE_SIZE -> new FieldValue(size, 0, 0, true);
      default ->
          throw new CoreException(
              "<%s> cannot be asked of an array element".formatted(spec.kind.shortName()));
    };
  }

  private static FieldValue member(CoreSpec spec, Accessor last) {
    Btf btf = spec.btf;
    var struct = (BtfType.Struct) btf.type(last.typeId());
    BtfType.Member member = struct.members().get(last.index());
    int typeId = btf.resolve(member.type());
    BtfType type = btf.type(typeId);
    long bits = member.bitSize();
    boolean bitField = bits > 0;
    long size = CoreSpec.size(btf, typeId);
    long offset;
    if (bitField) {
      offset = spec.bitOffset / 8 / Math.max(size, 1) * size;
      while (spec.bitOffset + bits - offset * 8 > size * 8) {
        if (size >= 8 || size == 0) {
          throw new CoreException("a bit field that no 64-bit load covers");
        }
        size *= 2;
        offset = spec.bitOffset / 8 / size * size;
      }
    } else {
      offset = spec.bitOffset / 8;
      bits = size * 8;
    }
    return switch (spec.kind) {
      case FIELD_BYTE_OFFSET ->
          bitField
              ? new FieldValue(offset, 0, 0, false)
              : new FieldValue(offset, (int) size, typeId, true);
      case FIELD_BYTE_SIZE -> new FieldValue(size, 0, 0, !bitField);
      case FIELD_SIGNED -> new FieldValue(signed(type) ? 1 : 0, 0, 0, true);
      case FIELD_LSHIFT_U64 ->
          new FieldValue(
              (64 - (spec.bitOffset + bits - offset * 8)) & 0xffff_ffffL, 0, 0, !bitField);
      case FIELD_RSHIFT_U64 -> new FieldValue((64 - bits) & 0xffff_ffffL, 0, 0, true);
      default -> throw new IllegalStateException("not a field's value: " + spec.kind);
    };
  }

  private static boolean signed(BtfType type) {
    return switch (type) {
      case BtfType.Enum e -> e.signed();
      case BtfType.Enum64 e -> e.signed();
      case BtfType.Int i -> i.signed();
      default -> false;
    };
  }
}
