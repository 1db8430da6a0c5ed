package dev.skep.isa.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.test.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The running kernel's socket filter and ours on the same packets. Takes no privilege. */
class SocketFilterTest {

  /** Where a filter keeps everything, this makes ten bits of what it returns visible. */
  private static final int VISIBLE_BITS = 10;

  @BeforeAll
  static void linux() {
    String system = System.getProperty("os.name");
    Needs.met("Linux".equals(system) ? null : "SO_ATTACH_FILTER is Linux's, and this is " + system);
  }

  /** What {@code tcpdump -ddd} makes of an expression, by expression. */
  static Map<String, List<ClassicInstruction>> compiled(String resource) throws IOException {
    Map<String, List<ClassicInstruction>> filters = new LinkedHashMap<>();
    try (InputStream in = SocketFilterTest.class.getResourceAsStream(resource)) {
      List<String> lines =
          new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      for (int i = 0; i + 1 < lines.size(); i += 2) {
        ClassicText.Filter filter = ClassicText.parse(lines.get(i + 1));
        assertEquals(List.of(), filter.problems(), lines.get(i));
        filters.put(lines.get(i), filter.program());
      }
    }
    return filters;
  }

  @Test
  void tcpdumpExpressionsKeepTheSamePackets() throws Throwable {
    Map<String, List<ClassicInstruction>> filters = compiled("tcpdump.txt");
    assertTrue(filters.size() >= 60, "only " + filters.size());
    List<byte[]> frames = Frames.all();
    List<String> oneSided = new ArrayList<>();
    try (Sockets sockets = Sockets.unix()) {
      for (var filter : filters.entrySet()) {
        assertEquals(List.of(), ClassicCheck.check(filter.getValue()), filter.getKey());
        assertTrue(sockets.attach(filter.getValue()), filter.getKey());
        int kept = 0;
        for (byte[] frame : frames) {
          int theirs = sockets.send(frame);
          assertEquals(theirs, kept(filter.getValue(), frame), filter.getKey());
          kept += theirs == 0 ? 0 : 1;
        }
        if (kept == 0 || kept == frames.size()) {
          oneSided.add(filter.getKey());
        }
      }
    }
    // Most expressions have to tell frames apart, or the comparison says little.
    assertTrue(oneSided.size() <= 3, oneSided::toString);
  }

  private static int kept(List<ClassicInstruction> program, byte[] packet) {
    int result =
        ClassicMachine.run(program, ClassicPacket.of(packet), ClassicMachine.Extensions.NONE);
    return (int) Math.min(packet.length, result & 0xffff_ffffL);
  }

  @Test
  void generatedFiltersReturnTheSameNumber() throws Throwable {
    Random random = new Random(26);
    byte[] packet = new byte[(1 << VISIBLE_BITS) + 1];
    int compared = 0;
    try (Sockets sockets = Sockets.unix()) {
      for (int round = 0; round < 1500; round++) {
        List<ClassicInstruction> program = ClassicTest.generate(random, 0, 60);
        if (!ClassicCheck.check(program).isEmpty()
            || program.stream().anyMatch(i -> i.k() < 0 && (i.code() & 7) == Classic.LD)) {
          continue; // What the kernel knows of a packet besides its bytes is another test.
        }
        random.nextBytes(packet);
        for (int shift = 0; shift < 32; shift += VISIBLE_BITS) {
          List<ClassicInstruction> shown = showing(program, shift);
          assertTrue(sockets.attach(shown), program::toString);
          assertEquals(sockets.send(packet), kept(shown, packet), program::toString);
        }
        compared++;
      }
    }
    assertTrue(compared > 200, "only " + compared);
  }

  /** The program with ten bits of A, and one more than that, in place of its last {@code ret a}. */
  private static List<ClassicInstruction> showing(List<ClassicInstruction> program, int shift) {
    List<ClassicInstruction> shown = new ArrayList<>(program.subList(0, program.size() - 1));
    shown.add(new ClassicInstruction(0x74, 0, 0, shift)); // rsh
    shown.add(new ClassicInstruction(0x54, 0, 0, (1 << VISIBLE_BITS) - 1)); // and
    shown.add(new ClassicInstruction(0x04, 0, 0, 1)); // add
    shown.add(program.getLast());
    return shown;
  }

  @Test
  void theKernelRefusesWhatTheCheckRefuses() throws Throwable {
    Random random = new Random(1993);
    int refused = 0;
    try (Sockets sockets = Sockets.unix()) {
      for (int round = 0; round < 20_000; round++) {
        List<ClassicInstruction> program = ClassicTest.generate(random, random.nextInt(20), 40);
        boolean accepted = ClassicCheck.check(program).isEmpty();
        assertEquals(sockets.attach(program), accepted, program::toString);
        refused += accepted ? 0 : 1;
      }
    }
    assertTrue(refused > 2_000 && refused < 18_000, "refused " + refused);
    try (Sockets sockets = Sockets.unix()) {
      assertFalse(sockets.attach(List.of()));
    }
  }

  /** What Linux knows about a packet: loads from {@code SKF_AD_OFF} and from the headers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ld #proto                    | 0x800",
        "ld #type                     | 0",
        "ld #ifidx                    | 1",
        "ld #hatype                   | 772",
        "ld #mark                     | 0",
        "ld #vlan_tci                 | 0",
        "ld #vlan_avail               | 0",
        "ld #poff                     | 8",
        "ldh [0xfff0000c]             | 0x7f00", // SKF_NET_OFF + 12: the source address
        "ldb [0xfff00009]             | 17", //     SKF_NET_OFF + 9: UDP
        "ldh [0xffe0000c]             | 0x800", //  SKF_LL_OFF + 12: the EtherType
        "ldx #0xfff00000; ld [x + 16] | 0x7f000001",
        "ldx #3; ld #5; ld [0xfffff028] | 6", //    A ^ X
        "ld #poff; ldx #0; ldb [x + 8]  | 97",
      })
  void knowsAboutPacketsWhatLinuxKnows(String text, String expected) throws Throwable {
    byte[] payload = new byte[2000];
    java.util.Arrays.fill(payload, (byte) 'a');
    ClassicText.Filter filter = ClassicText.parse(text.replace("; ", "\n") + "\nret a");
    assertEquals(List.of(), filter.problems());
    int wanted = Integer.decode(expected);
    int theirs = 0;
    try (Sockets sockets = Sockets.udp()) {
      for (int shift = 0; shift < 32; shift += VISIBLE_BITS) {
        List<ClassicInstruction> shown = new ArrayList<>(showing(filter.program(), shift));
        // The header's 8 bytes count too.
        shown.add(shown.size() - 1, new ClassicInstruction(0x04, 0, 0, 8));
        assertTrue(sockets.attach(shown), text);
        theirs |= (sockets.send(payload) - 1) << shift;
      }
    }
    assertEquals(wanted, theirs);
    ClassicPacket packet = udpOnLoopback(payload);
    Map<Integer, Integer> facts = Map.of(0, 0x800, 4, 0, 8, 1, 28, 772, 20, 0, 44, 0, 48, 0, 52, 8);
    assertEquals(
        wanted, ClassicMachine.run(filter.program(), packet, (offset, _, _) -> facts.get(offset)));
  }

  private static ClassicPacket udpOnLoopback(byte[] payload) {
    byte[] bytes = new byte[14 + 20 + 8 + payload.length];
    bytes[12] = 8;
    byte[] ip = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1};
    System.arraycopy(ip, 0, bytes, 14, ip.length);
    System.arraycopy(payload, 0, bytes, 42, payload.length);
    return new ClassicPacket(bytes, 34, 0, 14);
  }

  /** Netlink attributes are searched in the packet itself. */
  @Test
  void findsNetlinkAttributesAsLinuxDoes() throws Throwable {
    Random random = new Random(12);
    byte[] packet = new byte[300];
    int found = 0;
    try (Sockets sockets = Sockets.unix()) {
      for (int round = 0; round < 5_000; round++) {
        for (int i = 0; i < packet.length; i++) {
          // Small numbers make plausible lengths and types.
          packet[i] = (byte) (i % 2 == 0 ? random.nextInt(30) : random.nextInt(50) == 0 ? 0x40 : 0);
        }
        String text =
            "ldx #%d\nld #%d\nld #%s\nadd #1\nret a"
                .formatted(
                    random.nextInt(30), random.nextInt(310), random.nextBoolean() ? "nla" : "nlan");
        List<ClassicInstruction> program = ClassicText.parse(text).program();
        assertTrue(sockets.attach(program));
        int theirs = sockets.send(packet);
        assertEquals(theirs, kept(program, packet), text);
        found += theirs > 1 ? 1 : 0;
      }
    }
    assertTrue(found > 100, "found " + found);
  }

  @Test
  void aPacketWithoutADeviceEndsTheFilterWithA() throws Throwable {
    List<ClassicInstruction> program = ClassicText.parse("ld #7\nld #ifidx\nret #0").program();
    try (Sockets sockets = Sockets.unix()) {
      assertTrue(sockets.attach(program));
      byte[] packet = new byte[20];
      assertEquals(7, sockets.send(packet));
      assertEquals(7, kept(program, packet));
    }
  }
}
