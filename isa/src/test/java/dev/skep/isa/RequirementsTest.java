package dev.skep.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequirementsTest {

  @ParameterizedTest
  @CsvSource({
    "04,0,1,base32,V1", "07,0,1,base64,V1", "24,0,1,divmul32,V1", "27,0,1,divmul64,V1",
    "34,1,1,divmul32,V4", "9f,1,0,divmul64,V4", "bf,8,0,base64,V4", "bc,8,0,base32,V4",
    "87,0,0,base64,V1", "d4,0,64,base64,V1", "dc,0,16,base32,V1", "d7,0,32,base32,V4",
    "d7,0,64,base64,V4", "61,0,0,base32,V1", "79,0,0,base64,V1", "91,0,0,base32,V4",
    "7a,0,0,base64,V1", "c3,0,0,atomic32,V1", "c3,0,1,atomic32,V3", "db,0,0x40,atomic64,V3",
    "30,0,0,packet,V1", "05,0,0,base32,V1", "06,0,0,base32,V4", "15,0,0,base64,V1",
    "a5,0,0,base64,V2", "16,0,0,base32,V3", "85,0,1,base32,V1", "95,0,0,base32,V1",
  })
  void ofOneInstruction(String opcode, int offset, String imm, String group, CpuVersion cpu) {
    RawInstruction raw =
        RawInstruction.of(Integer.parseInt(opcode, 16), 0, 0, offset, Integer.decode(imm));
    Requirements needs = Requirements.of(Code.of(raw));
    assertEquals(
        Set.of(group),
        needs.groups().stream().map(ConformanceGroup::rfcName).collect(Collectors.toSet()));
    assertEquals(cpu, needs.cpu());
    assertEquals(Set.of(), needs.linux());
  }

  @Test
  void ofAProgramIsTheUnion() {
    Code code =
        Code.of(
            RawInstruction.of(0x18, 1, 0, 0, 1),
            RawInstruction.of(0, 0, 0, 0, 0),
            RawInstruction.of(0xe5, 0, 0, 0, 0),
            RawInstruction.of(0xd3, 1, 1, 0, 0x100),
            RawInstruction.of(0x95, 0, 0, 0, 0));
    assertEquals(
        new Requirements(
            EnumSet.of(ConformanceGroup.BASE32, ConformanceGroup.BASE64),
            CpuVersion.V4,
            Set.of("may_goto", "load_acquire")),
        Requirements.of(code));
  }

  @Test
  void refusesWhatIsNoProgram() {
    Code code = Code.of(RawInstruction.of(0xf5, 0, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Requirements.of(code));
  }
}
