package dev.skep.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.runtime.typed.Dump;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything that a test can look at, on one object. */
class FeaturesTest {

  private static final byte[] PACKET = Packets.ipv4(17, 1, 2, 3, 4, new byte[0]);

  record Key(byte protocol, int address) {}

  enum Kind {
    SMALL,
    LARGE
  }

  // An array is what the C structure has there.
  @SuppressWarnings("ArrayRecordComponent")
  record Count(int packets, long totalBytes, Kind kind, int low, int high, byte[] first) {}

  record Event(int length, String text) {}

  @SuppressWarnings("NullAway.Init")
  private BpfUnderTest bpf;

  @BeforeEach
  void load() throws IOException {
    bpf =
        BpfUnderTest.load(
            Path.of("src", "test", "resources", "dev", "skep", "testkit", "features.bpf.o"));
  }

  @Test
  void variablesAreSetAndRead() {
    var limit = bpf.variable("limit", Integer.class);
    assertEquals(3, limit.get());
    limit.set(1);
    assertEquals((short) -2, bpf.variable("negative", Short.class).get());
    assertEquals(-2, bpf.variable("negative", Integer.class).get());
    assertEquals(0, bpf.run("account", PACKET).result());
    assertEquals(2, bpf.run("account", PACKET).result());
    assertEquals(2L, bpf.variable("seen", Long.class).get());
    assertThrows(AssertionError.class, () -> bpf.variable("unseen", Long.class));
    assertThrows(IllegalArgumentException.class, () -> bpf.variable("seen", Integer.class));
  }

  @Test
  void elementsAreRecords() {
    bpf.run("account", PACKET);
    bpf.run("account", PACKET);
    Map<Key, Count> counts = bpf.map("counts", Key.class, Count.class);
    Key key = new Key((byte) 17, PACKET.length);
    assertEquals(1, counts.size());
    Count count = Objects.requireNonNull(counts.get(key));
    assertEquals(2, count.packets());
    assertEquals(2L * PACKET.length, count.totalBytes());
    assertEquals(Kind.SMALL, count.kind());
    assertEquals(5, count.low());
    assertEquals(300, count.high());
    assertArrayEquals(new byte[] {2, 0, 0, 0}, count.first());
    Count other = new Count(9, 8, Kind.LARGE, 1, 4095, new byte[] {1, 2, 3, 4});
    counts.put(new Key((byte) 6, 1), other);
    Count back = Objects.requireNonNull(counts.get(new Key((byte) 6, 1)));
    assertEquals(4095, back.high());
    assertEquals(1, back.low());
    assertEquals(Kind.LARGE, back.kind());
    assertTrue(
        assertThrows(IllegalStateException.class, () -> counts.put(new Key((byte) 6, 2), other))
            .toString()
            .contains("E2BIG"));
    counts.keySet().remove(key);
    assertEquals(1, counts.size());
    assertEquals(
        "{\"packets\":9,\"total_bytes\":8,\"kind\":\"KIND_LARGE\",\"low\":1,\"high\":4095,"
            + "\"first\":[1,2,3,4]}",
        json("\"formatted\":{\"key\":{\"protocol\":6,\"address\":1},\"value\":"));
  }

  private String json(String after) {
    String all = Dump.json(bpf.map("counts"));
    int at = all.indexOf(after);
    assertTrue(at > 0, all);
    return all.substring(at + after.length(), all.indexOf("]}", at + after.length()) + 2);
  }

  @Test
  void eventsAndTextAreCollected() {
    bpf.variable("label", String.class).set("hello");
    bpf.run("account", PACKET);
    assertEquals(List.of(new Event(PACKET.length, "hello")), bpf.events("events", Event.class));
    assertEquals(List.of(), bpf.events("events"));
    assertEquals(List.of("packet 1 of %d bytes".formatted(PACKET.length)), bpf.printed());
  }

  @Test
  void timersRunInVirtualTime() {
    assertEquals(0, bpf.run("start", PACKET).result());
    assertEquals(-2, bpf.run("start", PACKET).result(), "initialised already");
    record Ticking(long ticks, long when) {}
    var timers = bpf.map("timers", Integer.class, Ticking.class);
    assertEquals(0, bpf.advance(Duration.ofNanos(900_000)));
    assertEquals(2, bpf.advance(Duration.ofMillis(2)));
    assertEquals(4, Objects.requireNonNull(timers.get(1)).ticks());
    assertEquals(1, bpf.run("stop", PACKET).result());
    assertEquals(0, bpf.advance(Duration.ofSeconds(1)));
    assertEquals(0, bpf.run("stop", PACKET).result());
  }

  @Test
  void objectsLiveInListsAndTrees() {
    assertEquals(213, bpf.run("list", PACKET).result());
    assertEquals(1234, bpf.run("sorted", PACKET).result());
    assertEquals(0, bpf.machine().objects().count());
  }
}
