package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KfuncsTest {

  @Test
  void flagsOfKfuncs() {
    Kfunc acquire = Kfuncs.byName("bpf_task_acquire");
    assertNotNull(acquire);
    assertEquals(EnumSet.of(KfuncFlag.ACQUIRE, KfuncFlag.RCU, KfuncFlag.RET_NULL), acquire.flags());
    Kfunc next = Kfuncs.byName("bpf_iter_num_next");
    assertNotNull(next);
    assertEquals(Set.of(KfuncFlag.ITER_NEXT, KfuncFlag.RET_NULL), next.flags());
    assertNull(Kfuncs.byName("bpf_no_such_kfunc"));
    assertTrue(Kfuncs.all().size() > 250);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "bpf_rcu_read_lock,   SOCKET_FILTER, -, 6.18, ALLOWED",
        "bpf_rcu_read_lock,   SOCKET_FILTER, -, 6.1,  NOT_ALLOWED",
        "bpf_rcu_read_lock,   TRACING, TRACE_FENTRY, 6.12, ALLOWED",
        "bpf_rcu_read_lock,   TRACING, TRACE_FENTRY, 6.6,  UNKNOWN",
        "bpf_key_put,         XDP, -, 6.18, ALLOWED",
        "bpf_key_put,         XDP, -, 6.15, UNKNOWN",
        "bpf_key_put,         XDP, -, 6.12, NOT_ALLOWED",
        "bpf_key_put,         LSM, LSM_MAC, 6.12, ALLOWED",
        "bpf_task_acquire,    SOCK_OPS, -, 6.18, ALLOWED",
        "bpf_task_acquire,    SOCK_OPS, -, 6.12, NOT_ALLOWED",
        "bpf_task_acquire,    TRACEPOINT, -, 6.12, ALLOWED",
        "bpf_task_acquire,    TRACEPOINT, -, 6.6, NOT_ALLOWED",
        "bpf_task_acquire,    SOCKET_FILTER, -, 6.18, NOT_ALLOWED",
        "bpf_task_acquire,    RAW_TRACEPOINT, -, 6.18, NOT_ALLOWED",
        "bpf_task_acquire,    TRACEPOINT, -, 6.18, ALLOWED",
        "bpf_get_file_xattr,  TRACING, TRACE_FENTRY, 6.18, NOT_ALLOWED",
        "bpf_get_file_xattr,  LSM, LSM_MAC, 6.18, ALLOWED",
        "bpf_sock_destroy,    TRACING, TRACE_ITER, 6.18, ALLOWED",
        "bpf_sock_destroy,    TRACING, TRACE_RAW_TP, 6.18, NOT_ALLOWED",
        "bpf_session_cookie,  KPROBE, TRACE_KPROBE_SESSION, 6.18, ALLOWED",
        "bpf_session_cookie,  KPROBE, -, 6.18, NOT_ALLOWED",
        "scx_bpf_kick_cpu,    STRUCT_OPS, -, 6.18, UNKNOWN",
        "bpf_no_such_kfunc,   XDP, -, 6.18, UNKNOWN",
      })
  void availability(
      String name, ProgramType type, AttachType attach, String version, Availability expected) {
    assertEquals(expected, Kfuncs.allowed(name, type, attach, KernelVersion.parse(version)));
  }
}
