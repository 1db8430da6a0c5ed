package dev.skep.object.core;

import org.jspecify.annotations.Nullable;

/** What a CO-RE relocation asks for: {@code enum bpf_core_relo_kind}; the ordinal is the number. */
public enum CoreKind {
  FIELD_BYTE_OFFSET("byte_off"),
  FIELD_BYTE_SIZE("byte_sz"),
  FIELD_EXISTS("field_exists"),
  FIELD_SIGNED("signed"),
  FIELD_LSHIFT_U64("lshift_u64"),
  FIELD_RSHIFT_U64("rshift_u64"),
  TYPE_ID_LOCAL("local_type_id"),
  TYPE_ID_TARGET("target_type_id"),
  TYPE_EXISTS("type_exists"),
  TYPE_SIZE("type_size"),
  ENUMVAL_EXISTS("enumval_exists"),
  ENUMVAL_VALUE("enumval_value"),
  TYPE_MATCHES("type_matches");

  private static final CoreKind[] VALUES = values();

  private final String shortName;

  CoreKind(String shortName) {
    this.shortName = shortName;
  }

  /** The name in libbpf's and the kernel's messages. */
  public String shortName() {
    return shortName;
  }

  /** Whether it is about a field. */
  public boolean field() {
    return ordinal() <= FIELD_RSHIFT_U64.ordinal();
  }

  /** Whether it is about an enumerator. */
  public boolean enumerator() {
    return this == ENUMVAL_EXISTS || this == ENUMVAL_VALUE;
  }

  /** Whether it is about a type as a whole. */
  public boolean type() {
    return !field() && !enumerator();
  }

  /** Whether it only asks whether something exists, so that "no" is an answer. */
  public boolean optional() {
    return this == FIELD_EXISTS || this == ENUMVAL_EXISTS || type();
  }

  /** The kind of a number, or null if it is unknown. */
  public static @Nullable CoreKind of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : null;
  }
}
