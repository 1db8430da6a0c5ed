package dev.skep.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.runtime.typed.Dump;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What docs/howto-test.md shows, on the firewall and the accounting of the examples. */
class ExampleFirewallTest {

  private static final Path EXAMPLES = Path.of("..", "examples");

  private static BpfUnderTest firewall() {
    try {
      return BpfUnderTest.load(EXAMPLES.resolve("xdp_firewall.bpf.o"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Provide
  Arbitrary<byte[]> packets() {
    return Packets.mixed();
  }

  /** The verifier's promise, and the program's: any packet is dropped or passed. */
  @Property(tries = 300)
  void anyPacketIsDroppedOrPassed(@ForAll("packets") byte[] packet) {
    BpfUnderTest bpf = firewall();
    int result = bpf.run("xdp_firewall", packet).result();
    assertTrue(result == 1 || result == 2, "XDP action " + result);
  }

  @Test
  void mapsAreJavaMaps() {
    BpfUnderTest bpf = firewall();
    bpf.run("xdp_firewall", Packets.ipv4(17, 1, 2, 3, 4, new byte[4]));
    var counters = bpf.map("counters", Integer.class, Long.class);
    long total = 0;
    for (int key : counters.keySet()) {
      for (long value : Objects.requireNonNull(counters.perCpu(key))) {
        total += value;
      }
    }
    assertEquals(1, total);
    assertTrue(Dump.json(bpf.map("counters")).contains("\"values\":[{\"cpu\":0"));
  }

  @Test
  void everyLineIsCounted() {
    BpfUnderTest bpf = firewall();
    var coverage = bpf.coverage("xdp_firewall");
    bpf.run("xdp_firewall", Packets.ipv4(17, 1, 2, 3, 4, new byte[4]));
    assertTrue(coverage.covered() > 10 && coverage.covered() < coverage.instructions());
    assertTrue(coverage.lines().keySet().stream().anyMatch(l -> l.contains("xdp_firewall")));
  }

  @Test
  void namesWhatThereIs() {
    AssertionError failure = assertThrows(AssertionError.class, () -> firewall().map("nothing"));
    assertTrue(String.valueOf(failure.getMessage()).contains("counters"), failure.getMessage());
  }
}
