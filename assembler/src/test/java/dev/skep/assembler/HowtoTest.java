package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.Code;
import dev.skep.object.BpfObject;
import dev.skep.object.writer.ObjectWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documentation shows assembles. */
class HowtoTest {

  private static final Path HOWTO = Path.of("..", "docs", "howto-assemble.md");
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

  private static BpfObject assemble(String text) {
    AssemblyResult result = Assembler.assemble(text, "howto.s", AssemblyOptions.defaults());
    assertEquals(List.of(), result.diagnostics().stream().map(Carets::render).toList(), text);
    return Objects.requireNonNull(result.object());
  }

  @Test
  void theProgramAssembles() throws Exception {
    String text = Files.readString(HOWTO);
    int start = text.indexOf("\n.license") + 1;
    BpfObject object = assemble(text.substring(start, text.indexOf("\n```", start)));
    assertEquals("count", object.programs().getFirst().name());
    assertTrue(ObjectWriter.write(object).length > 0);
  }

  /** Each row of the table says the same in both syntaxes. */
  @Test
  void bothColumnsAreTheSameInstructions() throws Exception {
    int compared = 0;
    for (String line : Files.readAllLines(HOWTO)) {
      String[] cells = line.split("\\|", -1);
      if (cells.length != 4
          || !cells[1].contains("`r")
              && !cells[1].contains("`if")
              && !cells[1].contains("`*")
              && !cells[1].contains("`lock")) {
        continue;
      }
      List<Code> kernel = codes(cells[1]);
      List<Code> mnemonic = codes(cells[2]);
      if (cells[1].contains("flows ll")) {
        kernel.remove(1); // Two ways to name a map.
      }
      assertEquals(kernel, mnemonic, line);
      compared += kernel.size();
    }
    assertTrue(compared >= 18, "only " + compared);
  }

  private static List<Code> codes(String cell) {
    List<Code> codes = new ArrayList<>();
    Matcher span = SPAN.matcher(cell);
    while (span.find()) {
      String text =
          ".map flows type=hash key=4 value=8 entries=1\n.program p type=xdp\n"
              + span.group(1)
              + "\nexit\nL: exit\n";
      codes.add(assemble(text).programs().getFirst().code());
    }
    return codes;
  }
}
