package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextLayoutTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // type, attach, field offset, size, write, kind, may be null, field size
        "XDP,            -, 0,   4, false, PACKET,      false, 0",
        "XDP,            -, 4,   4, false, PACKET_END,  false, 0",
        "XDP,            -, 8,   4, false, PACKET_META, false, 0",
        "XDP,            -, 0,   8, false, REFUSED,     false, 0",
        "XDP,            -, 0,   4, true,  REFUSED,     false, 0",
        "XDP,            XDP_DEVMAP, 20, 4, false, SCALAR, false, 0",
        "SOCKET_FILTER,  -, 76,  4, false, REFUSED,     false, 0",
        "SOCKET_FILTER,  -, 16,  1, false, SCALAR,      false, 4",
        "SOCKET_FILTER,  -, 168, 8, false, SOCK_COMMON, true,  0",
        "SCHED_CLS,      -, 76,  4, false, PACKET,      false, 0",
        "SCHED_CLS,      -, 48,  8, true,  SCALAR,      false, 0",
        "SCHED_CLS,      -, 50,  4, true,  REFUSED,     false, 0",
        "SK_LOOKUP,      SK_LOOKUP, 0, 8, false, SOCKET, true, 0",
        "FLOW_DISSECTOR, -, 144, 8, false, FLOW_KEYS,   false, 0",
        "KPROBE,         -, 112, 8, false, SCALAR,      false, 0",
        "KPROBE,         -, 168, 8, false, REFUSED,     false, 0",
        "TRACEPOINT,     -, 0,   8, false, REFUSED,     false, 0",
        "TRACEPOINT,     -, -8,  8, false, SCALAR,      false, 0",
        "RAW_TRACEPOINT_WRITABLE, -, 0, 8, false, TP_BUFFER, false, 0",
        "CGROUP_SOCK_ADDR, CGROUP_INET4_CONNECT, 4, 4, true, SCALAR, false, 0",
        "CGROUP_SOCK_ADDR, CGROUP_INET6_CONNECT, 4, 4, true, REFUSED, false, 0",
        "NETFILTER,      NETFILTER, 8, 8, false, BTF_POINTER, false, 0",
      })
  void factsOfContexts(
      ProgramType type,
      AttachType attach,
      int offset,
      int size,
      boolean write,
      ContextAccess.Kind kind,
      boolean maybeNull,
      int fieldSize) {
    ContextLayout layout = ContextLayout.of(type, attach);
    assertNotNull(layout);
    ContextAccess access = layout.access(offset, size, write, KernelVersion.NEWEST);
    assertEquals(kind, access.kind());
    assertEquals(maybeNull, access.maybeNull());
    assertEquals(fieldSize, access.fieldSize());
  }

  @Test
  void fieldsHaveTheNamesOfTheHeader() {
    ContextLayout skb = ContextLayout.of(ProgramType.SCHED_CLS, null);
    assertNotNull(skb);
    assertEquals("__sk_buff", skb.structName());
    assertEquals(192, skb.size());
    assertEquals(new ContextField(16, 4, "protocol"), skb.fieldAt(18));
    assertNull(skb.fieldAt(192));
  }

  @Test
  void aFieldIsThereFromItsVersionOn() {
    ContextLayout ops = ContextLayout.of(ProgramType.SOCK_OPS, null);
    assertNotNull(ops);
    assertFalse(ops.access(216, 8, false, new KernelVersion(6, 1)).allowed());
    assertTrue(ops.access(216, 8, false, new KernelVersion(6, 2)).allowed());
  }

  @Test
  void aSignedLoadCannotReadAPacketPointer() {
    ContextLayout xdp = ContextLayout.of(ProgramType.XDP, null);
    assertNotNull(xdp);
    assertFalse(xdp.access(0, 4, false, true, KernelVersion.NEWEST).allowed());
  }

  @Test
  void everyProgramTypeThatIsLoadedHasAContext() {
    for (ProgramType type : ProgramType.values()) {
      for (AttachType attach : AttachRules.of(type)) {
        if (type != ProgramType.UNSPEC && type != ProgramType.EXT) {
          assertNotNull(ContextLayout.of(type, attach), type + "/" + attach);
        }
      }
    }
  }

  @Test
  void socketPointersHaveTables() {
    ContextLayout full = ContextLayout.of(ContextLayout.Pointer.SOCKET);
    ContextLayout common = ContextLayout.of(ContextLayout.Pointer.SOCK_COMMON);
    assertEquals(ContextAccess.Kind.SCALAR, full.access(16, 4, false, KernelVersion.NEWEST).kind());
    assertFalse(common.access(16, 4, false, KernelVersion.NEWEST).allowed());
    assertFalse(full.access(16, 4, true, KernelVersion.NEWEST).allowed());
  }
}
