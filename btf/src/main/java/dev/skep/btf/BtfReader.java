package dev.skep.btf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads raw BTF: a {@code .BTF} section's bytes, or {@code /sys/kernel/btf/vmlinux}.
 *
 * <p>Either byte order is read. Every offset, count and type reference is checked once, here; types
 * are decoded later, one by one, when they are asked for.
 *
 * <pre>
 * struct btf_header { u16 magic 0xeb9f; u8 version 1; u8 flags 0; u32 hdr_len;
 *                     u32 type_off, type_len, str_off, str_len; }   offsets after the header
 * </pre>
 */
public final class BtfReader {

  /** {@code BTF_MAGIC}. */
  public static final int MAGIC = 0xeb9f;

  private static final Path RUNNING_KERNEL = Path.of("/sys/kernel/btf/vmlinux");

  private BtfReader() {}

  /**
   * Reads BTF that stands on its own. The array belongs to the result from now on and must not
   * change.
   *
   * @throws BtfFormatException if it is malformed
   */
  public static Btf read(byte[] bytes) {
    return ParsedBtf.parse(bytes, null);
  }

  /**
   * Reads split BTF (a kernel module's) on top of its base.
   *
   * @param base what it was split from, as read by this class
   * @throws BtfFormatException if it is malformed
   */
  public static Btf read(byte[] bytes, Btf base) {
    return ParsedBtf.parse(bytes, parsed(base));
  }

  /** Reads the remaining bytes of a buffer. */
  public static Btf read(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return read(bytes);
  }

  /** Reads a whole segment. */
  public static Btf read(MemorySegment segment) {
    return read(segment.toArray(ValueLayout.JAVA_BYTE));
  }

  /**
   * Reads a file of raw BTF.
   *
   * @throws BtfFormatException if it is malformed
   */
  public static Btf readFile(Path file) throws IOException {
    return read(Files.readAllBytes(file));
  }

  /**
   * The running kernel's types, if it offers them ({@code CONFIG_DEBUG_INFO_BTF}, Linux 5.4).
   *
   * @throws BtfFormatException if they are malformed
   */
  public static Optional<Btf> runningKernel() {
    if (!Files.isReadable(RUNNING_KERNEL)) {
      return Optional.empty();
    }
    try {
      return Optional.of(readFile(RUNNING_KERNEL));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether bytes start like BTF of either byte order. */
  public static boolean isBtf(byte[] bytes) {
    return bytes.length >= 2 && orderOf(bytes) != null;
  }

  static @Nullable ByteOrder orderOf(byte[] bytes) {
    int magic = (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8;
    return switch (magic) {
      case MAGIC -> ByteOrder.LITTLE_ENDIAN;
      case 0x9feb -> ByteOrder.BIG_ENDIAN;
      default -> null;
    };
  }

  private static ParsedBtf parsed(Btf base) {
    return base instanceof ParsedBtf p ? p : ParsedBtf.parse(BtfWriter.write(base), null);
  }
}
