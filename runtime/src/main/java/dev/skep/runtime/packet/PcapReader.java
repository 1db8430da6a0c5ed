package dev.skep.runtime.packet;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads capture files in the classic pcap format: both byte orders, microseconds and nanoseconds.
 *
 * <pre>
 * file header (24 bytes): magic, version (2+2), zone, accuracy, longest packet, link type
 * packet header (16 bytes): seconds, fraction, bytes captured, bytes on the wire
 * </pre>
 */
public final class PcapReader implements AutoCloseable {

  /** Larger packets are refused: libpcap's own limit. */
  private static final int MAX_PACKET = 262_144;

  private static final int LINKTYPE_ETHERNET = 1;

  private final InputStream in;
  private final ByteOrder order;
  private final boolean nanoseconds;
  private final int linkType;
  private long number;
  private long position = 24;

  private PcapReader(InputStream in, ByteOrder order, boolean nanoseconds, int linkType) {
    this.in = in;
    this.order = order;
    this.nanoseconds = nanoseconds;
    this.linkType = linkType;
  }

  /**
   * A captured packet.
   *
   * @param number counted from 1
   * @param timeNanos since 1970
   * @param data what was captured of it
   * @param wireLength how long it was
   */
  @SuppressWarnings("ArrayRecordComponent") // a packet on its way to an engine, never compared
  public record Packet(long number, long timeNanos, byte[] data, long wireLength) {}

  /**
   * Opens a capture.
   *
   * @throws FormatException if it is none
   */
  public static PcapReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      byte[] header = in.readNBytes(24);
      if (header.length < 4) {
        throw new FormatException("no capture file: it has only " + header.length + " bytes");
      }
      int magic = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
      boolean little = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
      boolean big = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
      if (magic == 0x0a0d0d0a) {
        throw new FormatException(
            "a pcapng file; convert it: editcap -F pcap IN OUT, or tcpdump -r IN -w OUT");
      }
      if (!little && !big) {
        throw new FormatException("no capture file: it does not start with pcap's magic number");
      }
      if (header.length < 24) {
        throw new FormatException("truncated in the file header");
      }
      ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      ByteBuffer fields = ByteBuffer.wrap(header).order(order);
      int linkType = fields.getInt(20) & 0x0fff_ffff;
      return new PcapReader(in, order, fields.getInt(0) == 0xa1b23c4d, linkType);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Whether packets start with an Ethernet header. */
  public boolean ethernet() {
    return linkType == LINKTYPE_ETHERNET;
  }

  /** {@code LINKTYPE_*}. */
  public int linkType() {
    return linkType;
  }

  /**
   * The next packet, or null at the end.
   *
   * @throws FormatException if the file ends within a packet or a length makes no sense
   */
  public @Nullable Packet next() throws IOException {
    byte[] header = in.readNBytes(16);
    if (header.length == 0) {
      return null;
    }
    number++;
    if (header.length < 16) {
      throw new FormatException("truncated in the header of packet " + number);
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(order);
    long length = Integer.toUnsignedLong(fields.getInt(8));
    if (length > MAX_PACKET) {
      throw new FormatException("packet " + number + " claims to have " + length + " bytes");
    }
    byte[] data = in.readNBytes((int) length);
    if (data.length < length) {
      throw new FormatException(
          "truncated: packet " + number + " has " + data.length + " of " + length + " bytes");
    }
    position += header.length + data.length;
    long fraction = Integer.toUnsignedLong(fields.getInt(4)) * (nanoseconds ? 1 : 1000);
    long time = Integer.toUnsignedLong(fields.getInt(0)) * 1_000_000_000L + fraction;
    return new Packet(number, time, data, Integer.toUnsignedLong(fields.getInt(12)));
  }

  /** How many bytes of the file were read. */
  public long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The file is no capture, or a damaged one. */
  public static final class FormatException extends IOException {
    private static final long serialVersionUID = 1;

    FormatException(String message) {
      super(message);
    }
  }
}
