package dev.skep.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.ContextLayout;
import dev.skep.catalog.ProgramType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextBuilderTest {

  /** Where the type alone does not say what the context is. */
  private static @Nullable AttachType attach(ProgramType type) {
    return switch (type) {
      case CGROUP_SOCK_ADDR -> AttachType.CGROUP_INET4_CONNECT;
      case CGROUP_SOCKOPT -> AttachType.CGROUP_SETSOCKOPT;
      default -> null;
    };
  }

  /** One row per field: type, field, offset in linux/bpf.h, bytes. */
  @ParameterizedTest
  @CsvSource({
    "CGROUP_SOCK_ADDR, user_ip4, 4, 4",
    "CGROUP_SOCK_ADDR, user_port, 24, 4",
    "SOCK_OPS, op, 0, 4",
    "SOCK_OPS, bytes_acked, 176, 8",
    "CGROUP_DEVICE, minor, 8, 4",
    "CGROUP_SYSCTL, write, 0, 4",
    "CGROUP_SOCKOPT, optname, 28, 4",
    "SK_LOOKUP, local_port, 60, 4",
    "SK_MSG, size, 68, 4",
    "PERF_EVENT, sample_period, 168, 8",
    "NETFILTER, skb, 8, 8",
    "KPROBE, di, 112, 8",
  })
  void fieldsAreWhereLinuxHasThem(ProgramType type, String field, int offset, int size) {
    byte[] bytes =
        new ContextBuilder(type, attach(type)).set(field, 0x1122_3344_5566_7788L).build().bytes();
    byte[] expected = new byte[bytes.length];
    for (int i = 0; i < size; i++) {
      expected[offset + i] = (byte) (0x1122_3344_5566_7788L >>> 8 * i);
    }
    assertArrayEquals(expected, bytes);
  }

  @ParameterizedTest
  @CsvSource({"SK_MSG, 0, 8", "SK_REUSEPORT, 0, 8", "CGROUP_SOCKOPT, 8, 16", "SOCK_OPS, 192, 200"})
  void pointersEncloseTheData(ProgramType type, int start, int end) {
    Context context = new ContextBuilder(type, attach(type)).data(new byte[] {1, 2, 3}).build();
    Machine machine = Machine.create();
    Cpu cpu = machine.cpu(0);
    cpu.enter(context);
    long first = Access.load64(cpu, Cpu.CONTEXT_ADDRESS + start);
    assertEquals(3, Access.load64(cpu, Cpu.CONTEXT_ADDRESS + end) - first);
    assertEquals(2, Access.load8(cpu, first + 1));
    assertThrows(Trap.Signal.class, () -> Access.load8(cpu, first + 3));
  }

  @Test
  void socketsAndFlowKeysAreBehindTheirPointers() {
    Cpu cpu = Machine.create().cpu(0);
    byte[] socket = new byte[SkBuff.SOCK_BYTES];
    socket[4] = 10;
    cpu.enter(new ContextBuilder(ProgramType.SK_LOOKUP, null).socket(socket).build());
    assertEquals(10, Access.load32(cpu, Access.load64(cpu, Cpu.CONTEXT_ADDRESS) + 4));
    byte[] keys = new byte[ContextLayout.FLOW_KEYS_SIZE];
    keys[9] = 17;
    cpu.enter(new ContextBuilder(ProgramType.FLOW_DISSECTOR, null).flowKeys(keys).build());
    long address = Access.load64(cpu, Cpu.CONTEXT_ADDRESS + 144);
    assertEquals(17, Access.load8(cpu, address + 9));
    Access.store16(cpu, address, 14);
  }

  @Test
  void unknownFieldsAreRefusedWithThoseThatThereAre() {
    var builder = new ContextBuilder(ProgramType.CGROUP_DEVICE, null);
    var failure = assertThrows(IllegalArgumentException.class, () -> builder.set("mode", 1));
    assertTrue(String.valueOf(failure.getMessage()).contains("major"), failure.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new ContextBuilder(ProgramType.TRACING, null));
  }
}
