package dev.skep.runtime.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcapReaderTest {

  @TempDir private Path folder;

  private static byte[] capture(ByteOrder order, int magic, byte[]... packets) {
    ByteBuffer out = ByteBuffer.allocate(4096).order(order);
    out.putInt(magic).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65535).putInt(1);
    for (byte[] packet : packets) {
      out.putInt(7).putInt(5).putInt(packet.length).putInt(packet.length + 100).put(packet);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("t.pcap"), bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "LITTLE, 0xa1b2c3d4, 7000005000",
    "BIG, 0xa1b2c3d4, 7000005000",
    "LITTLE, 0xa1b23c4d, 7000000005",
    "BIG, 0xa1b23c4d, 7000000005"
  })
  void readsBothByteOrdersAndClocks(String order, String magic, long time) throws IOException {
    ByteOrder byteOrder = order.equals("BIG") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    byte[] first = {1, 2, 3};
    byte[] bytes = capture(byteOrder, Long.decode(magic).intValue(), first, new byte[0]);
    try (PcapReader reader = PcapReader.open(file(bytes))) {
      assertTrue(reader.ethernet());
      PcapReader.Packet packet = reader.next();
      assertNotNull(packet);
      assertEquals(1, packet.number());
      assertEquals(time, packet.timeNanos());
      assertEquals(103, packet.wireLength());
      assertArrayEquals(first, packet.data());
      assertNotNull(reader.next());
      assertNull(reader.next());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, only 0 bytes",
    "3, only 3 bytes",
    "20, truncated in the file header",
    "30, truncated in the header of packet 1",
    "41, packet 1 has 1 of 3 bytes"
  })
  void saysWhereItIsTruncated(int length, String says) throws IOException {
    byte[] bytes = capture(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, new byte[] {1, 2, 3});
    Path file = file(Arrays.copyOf(bytes, length));
    IOException e =
        assertThrows(
            PcapReader.FormatException.class,
            () -> {
              try (PcapReader reader = PcapReader.open(file)) {
                assertNotNull(reader.next());
              }
            });
    assertTrue(String.valueOf(e.getMessage()).contains(says), e.getMessage());
  }

  @Test
  void namesPcapng() throws IOException {
    Path file = file(new byte[] {0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0});
    IOException e =
        assertThrows(PcapReader.FormatException.class, () -> PcapReader.open(file).close());
    assertTrue(String.valueOf(e.getMessage()).contains("pcapng"));
  }

  @Property(tries = 200)
  void anyBytesEndInPacketsOrAFormatException(@ForAll byte[] tail) throws IOException {
    Path file = Files.createTempFile("skep", ".pcap");
    try {
      byte[] head = capture(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4);
      byte[] all = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, all, head.length, tail.length);
      Files.write(file, all);
      try (PcapReader reader = PcapReader.open(file)) {
        while (reader.next() != null) {
          // to the end
        }
      } catch (PcapReader.FormatException e) {
        assertNotNull(e.getMessage());
      }
    } finally {
      Files.delete(file);
    }
  }
}
