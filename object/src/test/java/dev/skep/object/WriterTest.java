package dev.skep.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.object.reader.ObjectReader;
import dev.skep.object.writer.ObjectWriter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterTest {

  /** What is written reads back as what was written. */
  @ParameterizedTest
  @ValueSource(strings = {"maps", "subprograms", "core", "sections"})
  void readsBackTheSame(String name) throws IOException {
    ReadOptions options = ReadOptions.defaults().withKernelBtf(ObjectReaderTest.kernelTypes());
    String file = name + ".bpf.o";
    BpfObject object = ObjectReader.read(ObjectReaderTest.file(file), file, options).orElseThrow();
    BpfObject again = ObjectReader.read(ObjectWriter.write(object), file, options).orElseThrow();
    assertEquals(object.license(), again.license());
    assertEquals(object.programs().size(), again.programs().size());
    for (ProgramSpec program : object.programs()) {
      ProgramSpec other = again.program(program.name()).orElseThrow();
      assertEquals(program.section(), other.section());
      assertEquals(program.code(), other.code(), program.name());
      assertEquals(program.functions(), other.functions());
      assertEquals(program.lines(), other.lines());
      assertEquals(names(program.maps()), names(other.maps()));
    }
    for (MapSpec map : object.maps()) {
      MapSpec other = again.map(map.name()).orElseThrow();
      assertEquals(map.type(), other.type());
      assertEquals(map.keySize(), other.keySize());
      assertEquals(map.valueSize(), other.valueSize());
      assertEquals(map.maxEntries(), other.maxEntries());
      assertEquals(map.flags(), other.flags(), map.name());
      assertEquals(map.extra(), other.extra());
      assertEquals(map.initialValue(), other.initialValue());
      assertEquals(map.initialSlots(), other.initialSlots());
      assertEquals(map.pinByName(), other.pinByName());
      assertEquals(map.inner() == null, other.inner() == null);
    }
  }

  private static List<String> names(List<MapSpec> maps) {
    return maps.stream().map(MapSpec::name).toList();
  }

  /** What an assembler makes: no types, a subprogram behind the program, a map by index. */
  @Test
  void writesWithoutTypes() {
    MapSpec map = MapSpec.of("counters", MapType.ARRAY, 4, 8, 16);
    Code code =
        Code.of(
            RawInstruction.of(0x18, 1, 1, 0, 0),
            RawInstruction.of(0, 0, 0, 0, 0),
            RawInstruction.of(0x85, 0, 1, 0, 1),
            RawInstruction.of(0x95, 0, 0, 0, 0),
            RawInstruction.of(0xb7, 0, 0, 0, 2),
            RawInstruction.of(0x95, 0, 0, 0, 0));
    ProgramSpec bare = ProgramSpec.of("main", ProgramType.XDP, code);
    var program =
        ProgramSpec.builder(bare.name(), bare.type(), code)
            .maps(List.of(map))
            .kfuncs(bare.kfuncs())
            .ksyms(bare.ksyms())
            .build();
    var object = new BpfObject("hand", "GPL", List.of(program), List.of(map), null, List.of());
    BpfObject again =
        ObjectReader.read(ObjectWriter.write(object), "hand.o", ReadOptions.defaults())
            .orElseThrow();
    ProgramSpec read = again.program("main").orElseThrow();
    assertEquals(code, read.code());
    assertEquals(ProgramType.XDP, read.type());
    assertEquals("counters", read.maps().getFirst().name());
    assertEquals(8, again.map("counters").orElseThrow().valueSize());
  }

  @Test
  void saysWhatItCannotWrite() {
    MapSpec map = MapSpec.of("counters", MapType.ARRAY, 4, 8, 1);
    Code code = Code.of(RawInstruction.of(0x18, 1, 2, 0, 0), RawInstruction.of(0, 0, 0, 0, 4));
    var program =
        ProgramSpec.builder("main", ProgramType.XDP, code)
            .section("xdp")
            .maps(List.of(map))
            .build();
    var object = new BpfObject("hand", "GPL", List.of(program), List.of(map), null, List.of());
    var e = assertThrows(IllegalArgumentException.class, () -> ObjectWriter.write(object));
    assertTrue(String.valueOf(e.getMessage()).contains("no global data"), e::getMessage);
  }
}
