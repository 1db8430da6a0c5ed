package dev.skep.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What the verifier accepts runs without a trap, and returns what the log says it may. */
class VerifiedProgramsTest {

  private static final Path EXAMPLES = Path.of("..", "examples");

  /** An XDP program may return any number; these end with {@code r0 &= 3}. */
  @Property(tries = 2000)
  void acceptedProgramsNeverTrap(@ForAll long seed) {
    Random random = new Random(seed);
    Code code = new ProgramGenerator(seed).next(4 + random.nextInt(30));
    ProgramSpec program = ProgramSpec.of("generated", ProgramType.XDP, code);
    if (!(Verifier.verify(program, Profile.DEFAULT, 0) instanceof Verdict.Accepted)) {
      return;
    }
    var object = new BpfObject("generated", "GPL", List.of(program), List.of(), null, List.of());
    BpfUnderTest bpf = BpfUnderTest.of(object);
    for (int run = 0; run < 4; run++) {
      byte[] packet = new byte[14 + random.nextInt(20)];
      random.nextBytes(packet);
      int result = bpf.run("generated", packet).result();
      assertTrue(result >= 0 && result <= 3, () -> "r0 = " + result);
    }
  }

  @Test
  void generatorReachesBothVerdicts() {
    int accepted = 0;
    for (long seed = 0; seed < 300; seed++) {
      Code code = new ProgramGenerator(seed).next(12);
      var verdict = Verifier.verify(ProgramSpec.of("g", ProgramType.XDP, code), Profile.DEFAULT, 0);
      accepted += verdict instanceof Verdict.Accepted ? 1 : 0;
    }
    assertTrue(accepted > 100 && accepted < 300, "accepted " + accepted + " of 300");
  }

  @Test
  void runsARealObjectOnAPacketAndShowsItsMaps() throws Exception {
    BpfUnderTest firewall = BpfUnderTest.load(EXAMPLES.resolve("xdp_firewall.bpf.o"));
    firewall.assertVerified("xdp_firewall");
    BpfUnderTest.Run run = firewall.run("xdp_firewall", new byte[60]);
    assertEquals(60, run.packet().size());
    assertEquals(4, firewall.map("counters").keys().size());
  }

  @Test
  void saysWhatIsWrongWithABrokenProgram() throws Exception {
    BpfUnderTest broken =
        BpfUnderTest.load(EXAMPLES.resolve("broken").resolve("missing_bounds_check.bpf.o"));
    var failure =
        assertThrows(AssertionError.class, () -> broken.assertVerified("missing_bounds_check"));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("offset is outside of the packet"),
        failure.getMessage());
  }
}
