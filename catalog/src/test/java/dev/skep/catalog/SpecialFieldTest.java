package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpecialFieldTest {

  @ParameterizedTest
  @CsvSource({
    "bpf_spin_lock, ARRAY,        true",
    "bpf_spin_lock, PERCPU_ARRAY, false",
    "bpf_spin_lock, SK_STORAGE,   true",
    "bpf_timer,     LRU_HASH,     true",
    "bpf_timer,     SK_STORAGE,   false",
    "bpf_rb_root,   ARRAY,        true",
    "bpf_refcount,  PERCPU_HASH,  true",
  })
  void mapsThatMayHaveThem(String struct, MapType type, boolean allowed) {
    SpecialField field = SpecialField.ofStruct(struct);
    assertTrue(field != null && field.allowedIn(type) == allowed);
  }

  @Test
  void programsThatCannotHoldSuchMaps() {
    assertEquals(
        "tracing progs cannot use bpf_timer yet",
        SpecialField.TIMER.refusedFor(ProgramType.KPROBE));
    assertEquals(
        "socket filter progs cannot use bpf_spin_lock yet",
        SpecialField.SPIN_LOCK.refusedFor(ProgramType.SOCKET_FILTER));
    assertNull(SpecialField.SPIN_LOCK.refusedFor(ProgramType.XDP));
    assertNull(SpecialField.KPTR_REF.refusedFor(ProgramType.KPROBE));
    assertNull(SpecialField.ofStruct("bpf_no_such_field"));
  }

  @ParameterizedTest
  @EnumSource(MapType.class)
  void aLookUpGivesSomethingExactlyWhereTheHelperTakesTheMap(MapType type) {
    boolean taken = HelperMaps.compatible(1, type, ProgramType.XDP, null);
    boolean unrestricted =
        type == MapType.UNSPEC || type == MapType.STRUCT_OPS || type == MapType.ARENA;
    assertEquals(taken && !unrestricted, type.lookupResult() != LookupResult.REFUSED);
  }
}
