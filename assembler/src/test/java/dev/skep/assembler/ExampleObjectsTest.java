package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.reader.ObjectReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The objects that a compiler made of the examples, as assembly and back. */
class ExampleObjectsTest {

  static List<Path> objects() throws Exception {
    try (Stream<Path> walk = Files.walk(Path.of("..", "examples"))) {
      return walk.filter(p -> p.toString().endsWith(".bpf.o")).sorted().toList();
    }
  }

  @Test
  void everyProgramSurvivesItsDisassembly() throws Exception {
    List<Path> objects = objects();
    assertFalse(objects.isEmpty());
    for (Path path : objects) {
      ReadResult result = ObjectReader.read(path, ReadOptions.defaults());
      if (!(result instanceof ReadResult.Read(BpfObject object))) {
        continue; // Twins that are broken so badly that they are no objects.
      }
      for (ProgramSpec program : object.programs()) {
        for (Syntax syntax : List.of(Syntax.KERNEL, Syntax.MNEMONIC)) {
          DisassemblyOptions options = DisassemblyOptions.defaults().withSyntax(syntax);
          String text = Disassembler.disassemble(program, options);
          AssemblyResult back =
              Assembler.assemble(text, path.toString(), AssemblyOptions.defaults());
          assertEquals(List.of(), back.errors(), text);
          ProgramSpec again = java.util.Objects.requireNonNull(back.object()).programs().getFirst();
          assertEquals(names(program), names(again), text);
          assertEquals(program.code(), again.code(), text);
          assertEquals(program.type(), again.type());
          assertEquals(program.expectedAttachType(), again.expectedAttachType());
        }
      }
    }
  }

  private static List<String> names(ProgramSpec program) {
    return program.maps().stream().map(MapSpec::name).toList();
  }

  @Test
  void llvmObjdumpsListingAssembles() throws Exception {
    Llvm.require();
    for (Path path : objects()) {
      for (String option : List.of("-d", "-S")) {
        String listing = String.join("\n", Llvm.listing(path, option));
        AssemblyResult result =
            Assembler.assemble(listing, path.toString(), AssemblyOptions.defaults());
        assertEquals(
            List.of(), result.errors().stream().map(Carets::render).toList(), path.toString());
        assertTrue(result.object() != null);
      }
    }
  }
}
