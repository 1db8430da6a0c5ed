package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.cli.exit.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code skep run} on the examples: interpreter everywhere, kernel where there is one. */
class RunTest {

  private static final String ETHERNET = "020000000002020000000001";
  private static final String UDP =
      ETHERNET
          + "0800"
          + "4500002000000000401100000a0000010a000002"
          + "c0000035000c0000"
          + "01020304";
  private static final String ARP = ETHERNET + "0806" + "00".repeat(46);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    // no port is open at first: UDP is dropped, ARP passes, a runt is malformed
    "xdp_firewall.bpf.o, UDP, 1 (XDP_DROP)",
    "xdp_firewall.bpf.o, ARP, 2 (XDP_PASS)",
    "xdp_drop_udp.s, UDP, 1 (XDP_DROP)",
    "xdp_drop_udp.s, ARP, 2 (XDP_PASS)",
  })
  void resultsAreTheKernels(String example, String packet, String result) {
    String data = packet.equals("UDP") ? UDP : ARP;
    Cli.Result ours = Cli.run("run", Cli.example(example), "--data", data);
    assertEquals(0, ours.code(), ours.err());
    assertTrue(ours.out().startsWith("result " + result + "\n"), ours.out());
    RunningKernel.open().close();
    Cli.Result theirs = Cli.run("run", Cli.example(example), "--data", data, "--engine", "kernel");
    // Maps per CPU differ by the CPU that the kernel happened to run on.
    assertEquals(beforeMaps(theirs.out()), beforeMaps(ours.out()));
  }

  private static String beforeMaps(String output) {
    return output.substring(0, output.indexOf("\nmap "));
  }

  @Test
  void aCaptureGivesALineAPacketAndASummary() throws IOException {
    ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0xa1b2c3d4).putInt(0x00040002).putLong(0).putInt(65535).putInt(1);
    for (String packet : new String[] {UDP, ARP, UDP}) {
      byte[] bytes = HexFormat.of().parseHex(packet);
      out.putLong(0).putInt(bytes.length).putInt(bytes.length).put(bytes);
    }
    Path pcap = folder.resolve("t.pcap");
    Files.write(pcap, Arrays.copyOf(out.array(), out.position()));
    Cli.Result result = Cli.run("run", Cli.example("xdp_drop_udp.s"), "--pcap", pcap.toString());
    assertEquals(0, result.code(), result.err());
    assertEquals(
        """
             1     46 bytes  1 (XDP_DROP)
             2     60 bytes  2 (XDP_PASS)
             3     46 bytes  1 (XDP_DROP)
        3 packets
             2  1 (XDP_DROP)
             1  2 (XDP_PASS)
        map dropped (percpu_array), 1 element
          key: 00 00 00 00  value: 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        """,
        result.out());
  }

  @Test
  void theJitSaysWhatItCompiledAndHowFastItRuns() throws IOException {
    Path classes = folder.resolve("classes");
    Cli.Result result =
        Cli.run(
            "run",
            Cli.example("xdp_drop_udp.s"),
            "--data",
            UDP,
            "--engine",
            "jit",
            "--repeat",
            "1000",
            "--stats",
            "--dump-bytecode",
            classes.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().startsWith("result 1 (XDP_DROP)\n"), result.out());
    assertTrue(result.out().matches("(?s).*\n1000 runs, \\d+\\.\\d ns each\n.*"), result.out());
    byte[] dumped = Files.readAllBytes(classes.resolve("xdp_drop_udp-0.class"));
    assertEquals(0xcafebabe, ByteBuffer.wrap(dumped).getInt());
    assertTrue(result.out().contains("stored " + classes), result.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--dump-bytecode|x|--dump-bytecode is for --engine jit",
        "--repeat|0|--repeat takes a number from 1 on, and one packet (--data)",
        "--data|abc|--data takes an even number of hex digits, or @ and a file's name",
      })
  void optionsThatDoNotFitAreUsageErrors(String option, String value, String message) {
    Cli.Result result = Cli.run("run", Cli.example("xdp_drop_udp.s"), option, value);
    assertEquals(ExitCode.USAGE, result.code(), result.out());
    assertTrue(result.err().contains(message), result.err());
  }

  @Test
  void aTruncatedCaptureIsUnreadable() throws IOException {
    Path pcap = folder.resolve("t.pcap");
    Files.write(pcap, new byte[] {(byte) 0xd4, (byte) 0xc3, (byte) 0xb2, (byte) 0xa1, 2, 0});
    Cli.Result result = Cli.run("run", Cli.example("xdp_drop_udp.s"), "--pcap", pcap.toString());
    assertEquals(3, result.code());
    assertTrue(result.err().contains("truncated in the file header"), result.err());
  }

  @Test
  void aTrapNamesThePlace() {
    Cli.Result result =
        Cli.run(
            "run", Cli.example("broken/missing_bounds_check.bpf.o"), "--data", ETHERNET + "0800");
    assertEquals(1, result.code(), result.out());
    assertTrue(result.out().contains("missing_bounds_check.bpf.c:19"), result.out());
  }
}
