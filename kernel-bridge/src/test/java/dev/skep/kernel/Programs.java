package dev.skep.kernel;

import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;

/** Small programs for tests. */
final class Programs {

  static final int MAP_LOOKUP_ELEM = 1;

  private Programs() {}

  static RawInstruction mov(int dst, int imm) {
    return RawInstruction.of(0xb7, dst, 0, 0, imm);
  }

  static RawInstruction movReg(int dst, int src) {
    return RawInstruction.of(0xbf, dst, src, 0, 0);
  }

  static RawInstruction call(int helper) {
    return RawInstruction.of(0x85, 0, 0, 0, helper);
  }

  static RawInstruction exit() {
    return RawInstruction.of(0x95, 0, 0, 0, 0);
  }

  /** {@code dst = map} by index into the spec's maps. */
  static List<RawInstruction> map(int dst, int index) {
    return List.of(RawInstruction.of(0x18, dst, 1, 0, index), RawInstruction.of(0, 0, 0, 0, 0));
  }

  static Code returning(int value) {
    return Code.of(mov(0, value), exit());
  }

  static ProgramSpec xdpReturning(int value) {
    return ProgramSpec.of("returning", ProgramType.XDP, returning(value));
  }

  /** Adds 1 to element 0 of an array of one 64-bit number; passes every packet. */
  static ProgramSpec counting(ProgramType type, MapSpec array, int result) {
    var code = new ArrayList<RawInstruction>();
    code.add(RawInstruction.of(0x62, 10, 0, -4, 0)); // *(u32 *)(r10 - 4) = 0
    code.addAll(map(1, 0));
    code.add(movReg(2, 10));
    code.add(RawInstruction.of(0x07, 2, 0, 0, -4)); // r2 += -4
    code.add(call(MAP_LOOKUP_ELEM));
    code.add(RawInstruction.of(0x15, 0, 0, 2, 0)); // if r0 == 0 goto +2
    code.add(mov(1, 1));
    code.add(RawInstruction.of(0xdb, 0, 1, 0, 0)); // lock *(u64 *)r0 += r1
    code.add(mov(0, result));
    code.add(exit());
    return withMaps("counting", type, code, array);
  }

  static ProgramSpec withMaps(
      String name, ProgramType type, List<RawInstruction> code, MapSpec... maps) {
    return ProgramSpec.builder(name, type, Code.of(code.toArray(RawInstruction[]::new)))
        .maps(List.of(maps))
        .build();
  }

  static MapSpec counters(String name) {
    return MapSpec.of(name, MapType.ARRAY, 4, 8, 1);
  }

  static byte[] u32(int value) {
    return java.nio.ByteBuffer.allocate(4)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(value)
        .array();
  }

  static byte[] u64(long value) {
    return java.nio.ByteBuffer.allocate(8)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putLong(value)
        .array();
  }

  static long number(byte[] bytes) {
    return dev.skep.object.Bytes.of(bytes).littleEndian(0, bytes.length);
  }
}
