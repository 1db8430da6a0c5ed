package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.MemorySize;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FeatureTest {

  @Test
  void instructionsNeedFeatures() {
    assertEquals(
        Feature.CPU_V4, InstructionFeatures.of(new Instruction.MoveSignExtend(Width.W64, 0, 1, 8)));
    assertEquals(
        Feature.CPU_V4, InstructionFeatures.of(new Instruction.Load(MemorySize.W, true, 0, 1, 0)));
    assertNull(InstructionFeatures.of(new Instruction.Load(MemorySize.W, false, 0, 1, 0)));
    assertEquals(
        Feature.ATOMICS,
        InstructionFeatures.of(new Instruction.Atomic(AtomicOp.XCHG, MemorySize.DW, 1, 0, 2)));
    assertNull(
        InstructionFeatures.of(new Instruction.Atomic(AtomicOp.ADD, MemorySize.DW, 1, 0, 2)));
    assertEquals(Feature.MAY_GOTO, InstructionFeatures.of(new Instruction.MayGoto(1)));
    assertEquals(
        Feature.GLOBAL_DATA,
        InstructionFeatures.of(new Instruction.LoadImmediate64(1, WideKind.MAP_VALUE, 3, 0)));
    assertEquals(Feature.KFUNCS, InstructionFeatures.of(new Instruction.CallKfunc(1, 0)));
    assertNull(InstructionFeatures.of(new Instruction.Exit()));
  }

  @ParameterizedTest
  @CsvSource({
    "4.9,  true,  4096,    65536",
    "4.19, true,  4096,    131072",
    "5.2,  true,  1000000, 1000000",
    "6.18, false, 4096,    1000000",
  })
  void limitsByVersion(String version, boolean privileged, int slots, int processed) {
    KernelVersion v = KernelVersion.parse(version);
    assertEquals(slots, Limits.maxProgramSlots(v, privileged));
    assertEquals(processed, Limits.maxProcessedInstructions(v));
  }

  @ParameterizedTest
  @EnumSource(Command.class)
  void commandsAreNumberedInOrder(Command command) {
    assertEquals(command.ordinal(), command.number());
    assertEquals(command, Command.ofNumber(command.number()));
    assertEquals("BPF_" + command.name(), command.uapiName());
  }

  @Test
  void flagsHaveOneBitEach() {
    Set<Integer> seen = new HashSet<>();
    for (ProgramFlag flag : ProgramFlag.values()) {
      assertEquals(1, Integer.bitCount(flag.bit()));
      assertTrue(seen.add(flag.bit()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "XDP,          -,                    true",
        "XDP,          XDP_DEVMAP,           true",
        "SYSCALL,      -,                    true",
        "SYSCALL,      XDP,                  false",
        "CGROUP_SOCK,  -,                    true",
        "CGROUP_SKB,   CGROUP_INET_EGRESS,   true",
        "CGROUP_SKB,   CGROUP_INET4_BIND,    false",
        "CGROUP_SOCK_ADDR, -,                false",
        "SK_LOOKUP,    SK_LOOKUP,            true",
        "SK_LOOKUP,    -,                    false",
      })
  void attachTypesThatALoadTakes(ProgramType type, AttachType attach, boolean accepted) {
    assertEquals(accepted, AttachRules.accepts(type, attach));
  }

  @Test
  void helpersTakeTheirMaps() {
    assertTrue(HelperMaps.compatible(12, MapType.PROG_ARRAY, ProgramType.XDP, null));
    assertFalse(HelperMaps.compatible(12, MapType.ARRAY, ProgramType.XDP, null));
    assertFalse(HelperMaps.compatible(1, MapType.PROG_ARRAY, ProgramType.XDP, null));
    assertTrue(HelperMaps.compatible(1, MapType.HASH, ProgramType.XDP, null));
    assertTrue(HelperMaps.compatible(2, MapType.SOCKMAP, ProgramType.XDP, null));
    assertFalse(HelperMaps.compatible(2, MapType.SOCKMAP, ProgramType.SOCK_OPS, null));
    assertTrue(HelperMaps.compatible(3, MapType.SOCKMAP, ProgramType.SOCK_OPS, null));
    assertTrue(HelperMaps.compatible(194, MapType.TASK_STORAGE, ProgramType.KPROBE, null));
    assertTrue(HelperMaps.compatible(194, MapType.HASH, ProgramType.KPROBE, null));
    assertFalse(HelperMaps.compatible(195, MapType.HASH, ProgramType.KPROBE, null));
  }
}
