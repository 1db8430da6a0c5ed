package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelperTargetsTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "d_path,         TRACING, TRACE_ITER,   task,           true",
        "d_path,         TRACING, TRACE_FENTRY, vfs_getattr,    true",
        "d_path,         TRACING, TRACE_FENTRY, do_exit,        false",
        "d_path,         TRACING, TRACE_FENTRY, -,              false",
        "d_path,         LSM,     LSM_MAC,      file_open,      true",
        "d_path,         LSM,     LSM_MAC,      file_free_security, false",
        "sk_storage_get, TRACING, TRACE_FENTRY, tcp_sendmsg,    true",
        "sk_storage_get, TRACING, TRACE_FENTRY, bpf_sk_storage_free, false",
        "sk_storage_get, TRACING, MODIFY_RETURN, tcp_sendmsg,   false",
        "sk_storage_get, LSM,     LSM_MAC,      socket_bind,    true",
        "ima_file_hash,  LSM,     LSM_MAC,      file_open,      true",
        "ima_file_hash,  LSM,     LSM_MAC,      task_free,      false",
        "map_lookup_elem, TRACING, TRACE_FENTRY, -,             true",
      })
  void attachTargets(
      String helper, ProgramType type, AttachType attach, String target, boolean allowed) {
    HelperPrototype prototype = Helpers.prototype(Helpers.idOf(helper), type, attach);
    assertNotNull(prototype);
    assertEquals(allowed, HelperTargets.allows(prototype, type, attach, target));
  }

  @Test
  void everyDependentHelperHasARule() {
    for (int id = 1; id <= Helpers.LAST_ID; id++) {
      for (HelperPrototype prototype : Helpers.all(id)) {
        assertDoesNotThrow(
            () -> HelperTargets.allows(prototype, ProgramType.TRACING, null, "do_exit"));
      }
    }
  }

  @Test
  void lsmHooks() {
    assertTrue(LsmHooks.maySleep("file_open"));
    assertFalse(LsmHooks.maySleep("file_free_security"));
    assertFalse(LsmHooks.isTrusted("task_free"));
    assertTrue(LsmHooks.isTrusted("file_open"));
    assertTrue(LsmHooks.isDisabled("ismaclabel"));
  }
}
