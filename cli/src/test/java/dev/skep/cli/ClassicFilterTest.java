package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.isa.Code;
import dev.skep.isa.classic.ClassicConverter;
import dev.skep.isa.classic.ClassicInstruction;
import dev.skep.isa.classic.ClassicMachine;
import dev.skep.isa.classic.ClassicPacket;
import dev.skep.isa.classic.ClassicText;
import dev.skep.isa.classic.EthernetFacts;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code skep cbpf}, and converted filters on the kernel and on the interpreter. */
class ClassicFilterTest {

  /** What {@code tcpdump -ddd 'udp dst port 53'} prints. */
  private static final String DNS =
      """
      16
      40 0 0 12
      21 0 4 34525
      48 0 0 20
      21 0 11 17
      40 0 0 56
      21 8 9 53
      21 0 8 2048
      48 0 0 23
      21 0 6 17
      40 0 0 20
      69 4 0 8191
      177 0 0 14
      72 0 0 16
      21 0 1 53
      6 0 0 262144
      6 0 0 0
      """;

  private static final String QUERY =
      "000000000000020000000001"
          + "0800"
          + "4500002000000000401100000a0000010a000002"
          + "c0000035000c0000"
          + "01020304";

  @TempDir private Path folder;

  private String file(String text) throws IOException {
    Path file = folder.resolve("filter.txt");
    Files.writeString(file, text);
    return file.toString();
  }

  @Test
  void printsAndConverts() throws Exception {
    Cli.Result listing = Cli.run("cbpf", file(DNS));
    assertEquals(0, listing.code(), listing.err());
    assertTrue(listing.out().startsWith("(000) ldh      [12]\n(001) jeq "), listing.out());
    assertEquals(DNS, Cli.run("cbpf", file(listing.out()), "--to", "numbers").out());
    String bpf = Cli.run("cbpf", file(DNS), "--to", "bpf").out();
    assertTrue(bpf.contains("r0 = *(u16 *)skb[12]"), bpf);
    Path object = folder.resolve("filter.o");
    assertEquals(0, Cli.run("cbpf", file(DNS), "-o", object.toString()).code());
    Cli.Result lint = Cli.run("lint", object.toString());
    assertEquals(0, lint.code(), lint.out() + lint.err());
  }

  @Test
  void readsTheStandardInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(DNS.getBytes(StandardCharsets.UTF_8)));
    try {
      assertTrue(Cli.run("cbpf", "-").out().contains("(015) ret      #0"));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void runsOverACapture() throws Exception {
    byte[] query = HexFormat.of().parseHex(QUERY);
    byte[] other = query.clone();
    other[37] = 54;
    Path pcap = folder.resolve("two.pcap");
    ByteBuffer file =
        ByteBuffer.allocate(24 + 2 * (16 + query.length)).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    file.putInt(65535).putInt(1);
    for (byte[] packet : List.of(query, other)) {
      file.putInt(0).putInt(0).putInt(packet.length).putInt(packet.length).put(packet);
    }
    Files.write(pcap, file.array());
    Cli.Result result = Cli.run("cbpf", file(DNS), "--pcap", pcap.toString());
    assertEquals(
        """
             1     46 bytes  keep 262144
             2     46 bytes  drop
        2 packets, 1 kept, 1 dropped
        """,
        result.out(),
        result.err());
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    Cli.Result text = Cli.run("cbpf", file("ldh [12]\njeq #0x800, yes\nretn #1\n"));
    assertEquals(3, text.code());
    assertTrue(text.err().contains("filter.txt: 2 errors\n"), text.err());
    assertTrue(text.err().contains("filter.txt:2: there is no label yes\n"), text.err());
    assertTrue(text.err().contains("filter.txt:3: there is no instruction retn"), text.err());
    Cli.Result refused = Cli.run("cbpf", file("ld M[3]\nret a\n"));
    assertEquals(1, refused.code());
    assertTrue(
        refused.err().contains("(000) M[3] is read, but not written on every way here"),
        refused.err());
    assertEquals(3, Cli.run("cbpf", folder.resolve("none").toString()).code());
    assertEquals(3, Cli.run("cbpf", folder.toString()).code());
    assertEquals(3, Cli.run("cbpf", file("ld #poff\nret a"), "--to", "bpf").code());
  }

  /** As the kernel's own conversion does, so does ours: same numbers on kernel and interpreter. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        DNS,
        "ld len\nret a",
        "ld #proto\nret a",
        "ld #type\nret a",
        "ld #mark\nret a",
        "ld #queue\nret a",
        "ld #rxhash\nret a",
        "ld #vlan_tci\nret a",
        "ld #vlan_avail\nret a",
        "ld #vlan_tpid\nret a",
        "ldx 4*([14]&0xf)\nldh [x + 14]\ntax\nld #1000\ndiv x\nret a",
        "ldb [14]\nst M[3]\nldb [15]\nst M[15]\nldx M[3]\nld M[15]\nsub x\nxor #7\nneg\nret a",
        "ld [0]\njset #0x80000000, 2, 3\nret #1\nret #2",
        "ld [26]\njgt #0xfffffff0, 2, 3\nret #1\nret #2",
        "ld [30]\nldx #0x0a000002\njeq x, 3, 4\nret #1\nret #2",
        "ldx #0\nld #7\nmod x\nret #9",
        "ld #3\nldx #33\nlsh x\nret a",
        "ld #0x80000000\nrsh #4\nret a",
        "ldx #5\nld #9\nld [0xfffff028]\nret a",
        "ldh [0xfff00002]\nret a",
        "ldh [0xffe0000c]\nret a",
        "ldx #0xfff00000\nldb [x + 9]\nret a",
        "ld [4000]\nret #7",
      })
  void convertedFiltersAreTheSameEverywhere(String text) throws Exception {
    ClassicText.Filter filter = ClassicText.parse(text);
    assertEquals(List.of(), filter.problems());
    List<ClassicInstruction> program = filter.program();
    Code code = ClassicConverter.convert(program);
    ProgramSpec spec = ProgramSpec.of("filter", ProgramType.SCHED_CLS, code);
    List<byte[]> frames = frames();
    List<Integer> ours = new ArrayList<>();
    for (byte[] frame : frames) {
      ClassicPacket packet = ClassicPacket.ethernet(frame);
      ours.add(ClassicMachine.run(program, packet, new EthernetFacts(packet, new Random(1))));
    }
    var machine = Machine.builder().build();
    var executable = new Interpreter().prepare(spec, machine);
    List<Integer> interpreted = new ArrayList<>();
    for (byte[] frame : frames) {
      Outcome outcome = executable.run(Context.skb(ProgramType.SCHED_CLS, frame));
      interpreted.add((int) assertInstanceOf(Outcome.Returned.class, outcome).r0());
    }
    assertEquals(ours, interpreted);
    try (Kernel kernel = RunningKernel.open()) {
      LoadResult result = kernel.load(spec, LoadOptions.DEFAULT);
      if (!(result instanceof LoadResult.Loaded loaded)) {
        throw new AssertionError(result.toString());
      }
      try (KernelProgram in = loaded.program()) {
        List<Integer> theirs = new ArrayList<>();
        for (byte[] frame : frames) {
          theirs.add(in.testRun(frame).retval());
        }
        assertEquals(theirs, ours);
      }
    }
  }

  private static List<byte[]> frames() {
    byte[] query = HexFormat.of().parseHex(QUERY);
    List<byte[]> frames = new ArrayList<>();
    frames.add(query);
    Random random = new Random(53);
    for (int i = 0; i < 20; i++) {
      byte[] frame = java.util.Arrays.copyOf(query, query.length + random.nextInt(40));
      for (int j = 0; j < 4; j++) {
        frame[14 + random.nextInt(frame.length - 14)] = (byte) random.nextInt();
      }
      frames.add(frame);
    }
    return frames;
  }
}
