package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.cli.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of the kernel that is asked about: never an answer for one that is not known. */
class AskedKernelTest {

  private static final String FIREWALL = Cli.example("xdp_firewall.bpf.o");

  /** Accepted by 6.12, refused by 6.1: such moves came with 6.6. */
  private static final String SIGN_EXTENDING =
      """
      .program looks type=socket_filter section="socket"
        r0 = 1
        r0 = (s8)r0
        exit
      """;

  @TempDir private Path folder;

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  private String signExtending() throws IOException {
    return Files.writeString(folder.resolve("looks.s"), SIGN_EXTENDING).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "6.18, 6.18.44",
    "6.18.15, 6.18.15",
    "6.12, 6.12.117",
    "v6.1, 6.1.176",
    "6.1.0-50-cloud-amd64, 6.1.176"
  })
  void aKnownKernelIsNamedByItsPointRelease(String asked, String version) throws IOException {
    Cli.Result text = Cli.run("lint", FIREWALL, "--kernel", asked);
    assertEquals(ExitCode.OK, text.code(), text.err());
    assertTrue(text.out().contains(": accepted by " + version + ", "), text.out());
    JsonNode json = json(Cli.run("lint", FIREWALL, "--kernel", asked, "--format", "json").out());
    assertEquals(version, json.path("kernel").asText());
    assertEquals("accepted", json.path("programs").path(0).path("verdict").asText());
    JsonNode sarif = json(Cli.run("lint", FIREWALL, "--kernel", asked, "--format", "sarif").out());
    assertEquals(version, sarif.at("/runs/0/properties/kernel").asText());
    assertEquals(0, sarif.at("/runs/0/results").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.9", "2.6", "4.9", "6.12.0-55.el10.x86_64", "6.18-rc3"})
  void anUnknownKernelGetsNoVerdict(String asked) throws IOException {
    Cli.Result text = Cli.run("lint", FIREWALL, "--kernel", asked);
    assertEquals(ExitCode.REJECTED, text.code(), text.err());
    assertTrue(text.out().contains("cannot be judged"), text.out());
    assertTrue(text.out().contains("not known for Linux "), text.out());
    assertFalse(text.out().contains("accepted"), text.out());

    JsonNode program =
        json(Cli.run("lint", FIREWALL, "--kernel", asked, "--format", "json").out())
            .path("programs")
            .path(0);
    assertEquals("not modelled", program.path("verdict").asText());
    assertTrue(program.at("/diagnostic/message").asText().startsWith("not known for Linux "));

    JsonNode result =
        json(Cli.run("lint", FIREWALL, "--kernel", asked, "--format", "sarif").out())
            .at("/runs/0/results/0");
    assertEquals("verifier/unknown-kernel", result.path("ruleId").asText());
    assertTrue(result.at("/message/text").asText().contains("not known for Linux "));

    Cli.Result verify = Cli.run("verify", FIREWALL, "--kernel", asked);
    assertEquals(ExitCode.REJECTED, verify.code());
    assertEquals("", verify.out());
    assertTrue(verify.err().contains("not known for Linux "), verify.err());

    for (String command : new String[] {"inspect", "disasm", "run"}) {
      Cli.Result other = Cli.run(command, FIREWALL, "--kernel", asked);
      assertEquals(ExitCode.USAGE, other.code(), command);
      assertTrue(other.err().startsWith("skep: not known for Linux "), other.err());
      assertEquals("", other.out(), command);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"six", "6", "", "6,12", "6.12x", "-6.1"})
  void whatIsNoVersionIsUsage(String asked) {
    for (String command : new String[] {"lint", "verify", "inspect", "disasm", "run"}) {
      Cli.Result result = Cli.run(command, FIREWALL, "--kernel=" + asked);
      assertEquals(ExitCode.USAGE, result.code(), command);
      assertTrue(result.err().contains("no kernel version"), result.err());
      assertTrue(result.err().contains("6.1.176, 6.12.117 and 6.18.44"), result.err());
    }
  }

  @Test
  void betweenTwoKnownOnesWhatBothSayIsSaidOfThem() throws IOException {
    Cli.Result text = Cli.run("lint", FIREWALL, "--kernel", "6.6");
    assertEquals(ExitCode.REJECTED, text.code(), text.err());
    assertEquals(
        FIREWALL + ": xdp_firewall (xdp): accepted by 6.1.176 and 6.12.117, not checked on 6.6\n",
        text.out());

    JsonNode json = json(Cli.run("lint", FIREWALL, "--kernel", "6.6", "--format", "json").out());
    JsonNode program = json.path("programs").path(0);
    assertEquals("6.6", json.path("kernel").asText());
    assertEquals("not checked", program.path("verdict").asText());
    assertEquals(2, program.path("neighbours").size());
    assertEquals("6.12.117", program.at("/neighbours/1/kernel").asText());
    assertEquals("accepted", program.at("/neighbours/1/verdict").asText());

    JsonNode sarif = json(Cli.run("lint", FIREWALL, "--kernel", "6.6", "--format", "sarif").out());
    assertEquals("warning", sarif.at("/runs/0/results/0/level").asText());
    assertTrue(
        sarif
            .at("/runs/0/results/0/message/text")
            .asText()
            .contains("accepted by 6.1.176 and 6.12.117, not checked on 6.6"));
  }

  @Test
  void whereTheNeighboursDifferThatIsSaid() throws IOException {
    Cli.Result text = Cli.run("lint", signExtending(), "--kernel", "6.8");
    assertEquals(ExitCode.REJECTED, text.code(), text.err());
    assertTrue(
        text.out().contains("accepted by 6.12.117, rejected by 6.1.176, not checked on 6.8"),
        text.out());
    assertTrue(text.out().contains("BPF_MOV uses reserved fields"), text.out());

    JsonNode program =
        json(Cli.run("lint", signExtending(), "--kernel", "6.8", "--format", "json").out())
            .path("programs")
            .path(0);
    assertEquals("not checked", program.path("verdict").asText());
    assertEquals("rejected", program.at("/neighbours/0/verdict").asText());
    assertEquals("BPF_MOV uses reserved fields", program.at("/neighbours/0/message").asText());
    assertEquals("accepted", program.at("/neighbours/1/verdict").asText());

    Cli.Result verify = Cli.run("verify", signExtending(), "--kernel", "6.8");
    assertEquals(ExitCode.REJECTED, verify.code());
    assertTrue(verify.out().contains("Linux 6.1.176:\n"), verify.out());
    assertTrue(verify.out().contains("BPF_MOV uses reserved fields"), verify.out());
    assertTrue(verify.out().contains("Linux 6.12.117:\n"), verify.out());
    assertTrue(verify.err().contains("not known for Linux 6.8"), verify.err());
  }

  @Test
  void aLaterPointReleaseIsNotChecked() {
    Cli.Result text = Cli.run("lint", FIREWALL, "--kernel", "6.18.999");
    assertEquals(ExitCode.REJECTED, text.code(), text.err());
    assertTrue(text.out().endsWith("accepted by 6.18.44, not checked on 6.18.999\n"), text.out());
  }

  @ParameterizedTest
  @CsvSource({
    "9.9, not known for Linux 9.9",
    "6.6, not known for Linux 6.6",
    "six, is no kernel version"
  })
  void corpusIsOfKnownKernels(String asked, String says) throws IOException {
    Path corpus = Files.writeString(folder.resolve("c.jsonl"), "{}\n");
    Cli.Result result = Cli.run("corpus", corpus.toString(), "--kernel", asked);
    assertEquals(ExitCode.USAGE, result.code(), result.err());
    assertTrue(result.err().contains(says), result.err());
  }

  @Test
  void theVersionNamesTheKnownOnes() {
    String out = Cli.run("--version").out();
    assertTrue(out.endsWith(", knows Linux 6.1.176, 6.12.117 and 6.18.44\n"), out);
  }
}
