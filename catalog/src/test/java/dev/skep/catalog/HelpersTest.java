package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpersTest {

  @Test
  void everyNumberHasAPrototypeAndAName() {
    for (int id = 1; id <= 211; id++) {
      HelperPrototype prototype = Helpers.byId(id);
      assertNotNull(prototype, "helper " + id);
      assertEquals(id, prototype.id());
      assertEquals(prototype, Helpers.byName(prototype.kernelName()));
      assertTrue(prototype.arguments().size() <= 5);
    }
    assertNull(Helpers.byId(0));
    assertNull(Helpers.byId(212));
    assertNull(Helpers.byId(-1));
    assertNull(Helpers.byName("bpf_no_such_helper"));
    assertEquals("unknown#212", Helpers.nameOf(212));
  }

  @ParameterizedTest
  @CsvSource({
    "1,  map_lookup_elem,        3.18, RET_PTR_TO_MAP_VALUE, 2, false",
    "6,  trace_printk,           4.1,  RET_INTEGER,          2, true",
    "12, tail_call,              4.2,  RET_VOID,             3, false",
    "93, spin_lock,              5.1,  RET_VOID,             1, false",
    "84, sk_lookup_tcp,          4.20, RET_PTR_TO_SOCKET,    5, false",
    "131, ringbuf_reserve,       5.8,  RET_PTR_TO_MEM,       3, false",
    "153, per_cpu_ptr,           5.10, RET_PTR_TO_MEM_OR_BTF_ID, 2, false",
    "211, cgrp_storage_delete,   6.2,  RET_INTEGER,          2, false",
  })
  void factsOfHelpers(
      int id, String name, String since, ReturnKind returns, int arguments, boolean gplOnly) {
    HelperPrototype prototype = Helpers.byId(id);
    assertNotNull(prototype);
    assertEquals(name, prototype.name());
    assertEquals(KernelVersion.parse(since), prototype.since());
    assertEquals(returns, prototype.returns());
    assertEquals(arguments, prototype.arguments().size());
    assertEquals(gplOnly, prototype.gplOnly());
  }

  @Test
  void argumentsCarryFlagsSizesAndBtfTypes() {
    HelperPrototype strtol = Helpers.byName("strtol");
    assertNotNull(strtol);
    Argument result = strtol.arguments().get(3);
    assertEquals(ArgumentKind.PTR_TO_MEM, result.kind());
    assertEquals(8, result.size());
    assertEquals(
        Set.of(
            TypeFlag.MEM_UNINIT, TypeFlag.MEM_FIXED_SIZE, TypeFlag.MEM_ALIGNED, TypeFlag.MEM_WRITE),
        result.flags());

    HelperPrototype findVma = Helpers.byName("bpf_find_vma");
    assertNotNull(findVma);
    assertEquals("task_struct", findVma.arguments().getFirst().btfType());

    HelperPrototype lookup = Helpers.byId(1);
    assertNotNull(lookup);
    assertTrue(lookup.returnsWith(TypeFlag.PTR_MAYBE_NULL));
    assertTrue(lookup.packetAccess());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "sk_storage_get,   SCHED_CLS,   -,                       PTR_TO_BTF_ID_SOCK_COMMON",
        "sk_storage_get,   CGROUP_SOCK, CGROUP_INET_SOCK_CREATE, PTR_TO_CTX",
        "sk_storage_get,   TRACING,     TRACE_FENTRY,            PTR_TO_BTF_ID",
        "sk_storage_get,   LSM,         LSM_MAC,                 PTR_TO_BTF_ID_SOCK_COMMON",
        "setsockopt,       SOCK_OPS,    -,                       PTR_TO_CTX",
        "setsockopt,       CGROUP_SOCKOPT, CGROUP_SETSOCKOPT,    PTR_TO_BTF_ID_SOCK_COMMON",
        "get_socket_cookie, SOCKET_FILTER, -,                    PTR_TO_CTX",
        "get_socket_cookie, TRACING,    TRACE_FENTRY,            PTR_TO_BTF_ID_SOCK_COMMON",
        "xdp_get_buff_len, XDP,         -,                       PTR_TO_CTX",
        "xdp_get_buff_len, TRACING,     TRACE_FENTRY,            PTR_TO_BTF_ID",
      })
  void prototypesDifferByProgramType(
      String helper, ProgramType type, AttachType attach, ArgumentKind kind) {
    HelperPrototype any = Helpers.byName(helper);
    assertNotNull(any);
    HelperPrototype prototype = Helpers.prototype(any.id(), type, attach);
    assertNotNull(prototype);
    boolean second = helper.equals("sk_storage_get");
    assertEquals(kind, prototype.arguments().get(second ? 1 : 0).kind());
  }

  @Test
  void aHelperOfAnotherTypeHasNoPrototype() {
    assertNull(Helpers.prototype(51, ProgramType.SOCKET_FILTER, null));
    assertNull(Helpers.prototype(4, ProgramType.XDP, null));
    assertNotNull(Helpers.structOpsPrototype(116, "tcp_congestion_ops"));
    assertNull(Helpers.structOpsPrototype(116, "bpf_dummy_ops"));
  }

  @Test
  void availabilityIsHonestAboutOldKernels() {
    KernelVersion v518 = new KernelVersion(5, 18);
    assertEquals(
        Availability.ALLOWED,
        Helpers.allowed(1, ProgramType.XDP, null, false, KernelVersion.NEWEST));
    assertEquals(
        Availability.NOT_ALLOWED, Helpers.allowed(211, ProgramType.KPROBE, null, false, v518));
    assertEquals(
        Availability.NOT_ALLOWED,
        Helpers.allowed(148, ProgramType.KPROBE, null, false, KernelVersion.NEWEST));
    assertEquals(
        Availability.ALLOWED,
        Helpers.allowed(148, ProgramType.KPROBE, null, true, KernelVersion.NEWEST));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // known kernels
        "map_lookup_elem,      XDP,           -, 6.18, ALLOWED",
        "map_lookup_elem,      XDP,           -, 6.12, ALLOWED",
        "map_lookup_elem,      XDP,           -, 6.1,  ALLOWED",
        "get_current_pid_tgid, SOCKET_FILTER, -, 6.18, ALLOWED",
        "get_current_pid_tgid, SOCKET_FILTER, -, 6.12, ALLOWED",
        "get_current_pid_tgid, SOCKET_FILTER, -, 6.1,  NOT_ALLOWED",
        "get_current_comm,     SOCKET_FILTER, -, 6.18, ALLOWED",
        "get_current_comm,     SOCKET_FILTER, -, 6.12, NOT_ALLOWED",
        "get_attach_cookie,    TRACING, TRACE_RAW_TP, 6.12, ALLOWED",
        "get_attach_cookie,    TRACING, TRACE_RAW_TP, 6.1,  NOT_ALLOWED",
        "get_attach_cookie,    TRACING, TRACE_FENTRY, 6.1,  ALLOWED",
        // between and before them
        "map_lookup_elem,      XDP,           -, 6.6,  ALLOWED",
        "map_lookup_elem,      XDP,           -, 5.10, ALLOWED",
        "map_lookup_elem,      XDP,           -, 4.7,  NOT_ALLOWED",
        "skb_load_bytes,       SOCKET_FILTER, -, 5.10, ALLOWED",
        "skb_load_bytes,       SOCKET_FILTER, -, 4.19, UNKNOWN",
        "get_netns_cookie,     SCHED_CLS,     -, 6.12, NOT_ALLOWED",
        "get_netns_cookie,     SCHED_CLS,     -, 6.13, ALLOWED",
        "skb_pull_data,        LWT_SEG6LOCAL, -, 6.1,  ALLOWED",
        "skb_pull_data,        LWT_SEG6LOCAL, -, 6.12, NOT_ALLOWED",
        "skb_pull_data,        LWT_SEG6LOCAL, -, 6.18, ALLOWED",
        "get_current_pid_tgid, SOCKET_FILTER, -, 6.6,  UNKNOWN",
        "get_current_pid_tgid, SOCKET_FILTER, -, 5.10, NOT_ALLOWED",
        "get_current_comm,     SOCKET_FILTER, -, 6.15, UNKNOWN",
        "get_current_comm,     SOCKET_FILTER, -, 6.16, ALLOWED",
        "setsockopt,  CGROUP_SOCK, CGROUP_INET_SOCK_CREATE, 6.18, NOT_ALLOWED",
        "setsockopt,  CGROUP_SOCK, CGROUP_INET_SOCK_CREATE, 6.19, ALLOWED",
        "setsockopt,  CGROUP_SOCK, CGROUP_INET4_POST_BIND,  7.3,  NOT_ALLOWED",
        "get_func_arg,         TRACING, TRACE_RAW_TP, 6.19, NOT_ALLOWED",
        "get_func_arg,         TRACING, TRACE_RAW_TP, 7.0,  ALLOWED",
        "get_current_comm,     STRUCT_OPS,    -, 5.10, NOT_ALLOWED",
        "get_current_comm,     STRUCT_OPS,    -, 6.16, ALLOWED",
        "cgrp_storage_get,     KPROBE,        -, 6.1,  NOT_ALLOWED",
        "map_lookup_elem,      NETFILTER, NETFILTER, 6.1, NOT_ALLOWED",
        "get_current_comm,     STRUCT_OPS,    -, 6.12, NOT_ALLOWED",
        // depends on the configuration
        "override_return,      KPROBE,        -, 6.18, UNKNOWN",
      })
  void availabilityByVersion(
      String helper, ProgramType type, AttachType attach, String version, Availability expected) {
    HelperPrototype any = Helpers.byName(helper);
    assertNotNull(any);
    assertEquals(
        expected, Helpers.allowed(any.id(), type, attach, false, KernelVersion.parse(version)));
  }

  @Test
  void anAttachTargetDecidesAboutSomeHelpers() {
    int setsockopt = 49;
    assertNull(Helpers.prototype(setsockopt, ProgramType.TRACING, AttachType.TRACE_ITER, "task"));
    assertNotNull(Helpers.prototype(setsockopt, ProgramType.TRACING, AttachType.TRACE_ITER, "tcp"));
    assertNull(Helpers.prototype(setsockopt, ProgramType.LSM, AttachType.LSM_CGROUP, "file_open"));
    assertNotNull(
        Helpers.prototype(setsockopt, ProgramType.LSM, AttachType.LSM_CGROUP, "sock_graft"));
    assertNotNull(Helpers.prototype(116, ProgramType.STRUCT_OPS, null, "tcp_congestion_ops"));
  }

  @Test
  void capabilitiesAndConfiguration() {
    assertEquals(Set.of(), Helpers.capabilities(1));
    assertEquals(Set.of(Capability.CAP_BPF), Helpers.capabilities(93));
    assertEquals(Set.of(Capability.CAP_BPF, Capability.CAP_PERFMON), Helpers.capabilities(6));
    assertEquals("CONFIG_BPF_KPROBE_OVERRIDE", Helpers.configuration(58));
    assertNull(Helpers.configuration(1));
    assertFalse(Helpers.all(58).isEmpty());
  }
}
