package dev.skep.kernel.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.skep.kernel.error.KernelCallException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A netlink socket for routing messages ({@code NETLINK_ROUTE}, see netlink(7) and rtnetlink(7)),
 * in the network namespace of the thread that opens it.
 */
public final class Netlink implements AutoCloseable {

  public static final int RTM_NEWLINK = 16;
  public static final int RTM_DELLINK = 17;
  public static final int RTM_GETLINK = 18;
  public static final int RTM_SETLINK = 19;
  public static final int RTM_NEWQDISC = 36;
  public static final int RTM_DELQDISC = 37;
  public static final int RTM_GETQDISC = 38;
  public static final int RTM_NEWTFILTER = 44;
  public static final int RTM_DELTFILTER = 45;
  public static final int RTM_GETTFILTER = 46;

  public static final int F_REPLACE = 0x100;
  public static final int F_EXCL = 0x200;
  public static final int F_CREATE = 0x400;

  private static final int F_REQUEST = 1;
  private static final int F_ACK = 4;
  private static final int F_DUMP = 0x300;
  private static final int F_DUMP_INTR = 0x10;
  private static final int ERROR = 2;
  private static final int DONE = 3;
  private static final int HEADER_BYTES = 16;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TYPE_MASK = 0x3fff;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 0x80003;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int ATTRIBUTE_MESSAGE = 1;

  private final Fd socket =
      Fd.own(Native.call("socket of netlink", Syscalls.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
  private int sequence;

  /** Opens the socket, and asks for errors in words. */
  public Netlink() {
    int fd = socket.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_INT, 1);
      Syscalls.call(Syscalls.SETSOCKOPT, fd, SOL_NETLINK, NETLINK_EXT_ACK, one.address(), 4);
    } finally {
      socket.release();
    }
  }

  /** A message's fixed part and attributes, written one behind the other. */
  public static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A fixed part; it is padded to four bytes. */
    public Message fixed(Block block, int size) {
      out.writeBytes(block.memory().asSlice(0, size).toArray(JAVA_BYTE));
      return pad();
    }

    /** An attribute of bytes. */
    public Message bytes(int type, byte[] value) {
      header(type, value.length);
      out.writeBytes(value);
      return pad();
    }

    /** An attribute of a 32-bit number. */
    public Message u32(int type, int value) {
      return bytes(
          type, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    /** An attribute of text, with its NUL. */
    public Message text(int type, String value) {
      return bytes(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute that holds attributes. */
    public Message nested(int type, Message inside) {
      return bytes(type | 0x8000, inside.out.toByteArray());
    }

    private void header(int type, int length) {
      out.write(length + 4 & 0xff);
      out.write(length + 4 >> 8);
      out.write(type & 0xff);
      out.write(type >> 8);
    }

    private Message pad() {
      while (out.size() % 4 != 0) {
        out.write(0);
      }
      return this;
    }
  }

  /** A message of an answer: its fixed part, and the attributes behind it. */
  public record Answer(int type, ByteBuffer fixed, Map<Integer, byte[]> attributes) {

    /** A number of the fixed part. */
    public int fixedInt(int offset) {
      return fixed.getInt(offset);
    }

    /** An attribute's number of up to 32 bits; 0 if it is absent. */
    public int u32(int attribute) {
      return Netlink.u32(attributes.get(attribute));
    }

    /** An attribute's text; empty if it is absent. */
    public String text(int attribute) {
      byte[] value = attributes.get(attribute);
      return value == null ? "" : new String(value, StandardCharsets.UTF_8).replace("\0", "");
    }

    /** The attributes in an attribute; none if it is absent. */
    public Map<Integer, byte[]> nested(int attribute) {
      byte[] value = attributes.get(attribute);
      return value == null
          ? Map.of()
          : parse(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** The number in an attribute's bytes; 0 for null. */
  public static int u32(byte @org.jspecify.annotations.Nullable [] value) {
    int number = 0;
    for (int i = 0; value != null && i < Math.min(4, value.length); i++) {
      number |= (value[i] & 0xff) << 8 * i;
    }
    return number;
  }

  /**
   * Sends a request, and waits until the kernel has done it.
   *
   * @throws KernelCallException if the kernel refuses; with its words if it has some
   */
  public void request(String what, int type, int flags, Message message) {
    exchange(what, type, F_REQUEST | F_ACK | flags, message, 0);
  }

  /**
   * Asks for all objects of a kind.
   *
   * @param fixedBytes length of the fixed part of the answers' messages
   */
  public List<Answer> dump(String what, int type, Message message, int fixedBytes) {
    return exchange(what, type, F_REQUEST | F_DUMP, message, fixedBytes);
  }

  private List<Answer> exchange(String what, int type, int flags, Message message, int fixedBytes) {
    byte[] body = message.out.toByteArray();
    ByteBuffer request =
        ByteBuffer.allocate(HEADER_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
    request.putInt(request.capacity()).putShort((short) type).putShort((short) flags);
    request.putInt(++sequence).putInt(0).put(body);
    int fd = socket.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocateFrom(JAVA_BYTE, request.array());
      Native.call(what, Syscalls.SENDTO, fd, out.address(), out.byteSize(), 0, 0, 0);
      var answers = new ArrayList<Answer>();
      MemorySegment in = arena.allocate(BUFFER_BYTES);
      boolean done = false;
      while (!done) {
        long size = Native.call(what, Syscalls.RECVFROM, fd, in.address(), BUFFER_BYTES, 0, 0, 0);
        byte[] received = in.asSlice(0, size).toArray(JAVA_BYTE);
        done =
            take(
                what,
                ByteBuffer.wrap(received).order(ByteOrder.LITTLE_ENDIAN),
                answers,
                fixedBytes);
      }
      return answers;
    } finally {
      socket.release();
    }
  }

  /** Takes the messages of one datagram; true after the last one of the answer. */
  private boolean take(String what, ByteBuffer in, List<Answer> answers, int fixedBytes) {
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int length = in.getInt(start);
      if (length < HEADER_BYTES || length > in.remaining()) {
        throw new KernelCallException(what, 5, "netlink answered with a message that is cut off");
      }
      int type = in.getShort(start + 4) & 0xffff;
      int flags = in.getShort(start + 6);
      boolean ours = in.getInt(start + 8) == sequence;
      ByteBuffer payload =
          in.slice(start + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      in.position(Math.min(in.limit(), start + (length + 3 & ~3)));
      if (!ours) {
        continue; // what is left of an answer that was broken off
      }
      if ((flags & F_DUMP_INTR) != 0) {
        answers.clear(); // the list changed while it was sent: only what follows is whole
      }
      if (type == ERROR) {
        fail(what, payload);
        return true;
      }
      if (type == DONE) {
        return true;
      }
      byte[] fixed = new byte[Math.min(fixedBytes, payload.remaining())];
      payload.get(fixed);
      ByteBuffer head = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
      answers.add(new Answer(type, head, parse(payload)));
    }
    return false;
  }

  /** An error message: its number, 0 for success, the request's header, and words. */
  private static void fail(String what, ByteBuffer payload) {
    int error = -payload.getInt(0);
    if (error == 0) {
      return;
    }
    String words = "";
    if (payload.limit() >= 4 + HEADER_BYTES + 4) {
      // The request itself is cut down to its header when the socket asks for words.
      int echoed = payload.getInt(4);
      for (int at : new int[] {4 + HEADER_BYTES, 4 + (echoed + 3 & ~3)}) {
        if (words.isEmpty() && at <= payload.limit()) {
          ByteBuffer rest = payload.slice(at, payload.limit() - at).order(ByteOrder.LITTLE_ENDIAN);
          byte[] text = parse(rest).get(ATTRIBUTE_MESSAGE);
          words = text == null ? "" : new String(text, StandardCharsets.UTF_8).replace("\0", "");
        }
      }
    }
    throw new KernelCallException(what, error, words);
  }

  private static Map<Integer, byte[]> parse(ByteBuffer in) {
    var attributes = new LinkedHashMap<Integer, byte[]>();
    while (in.remaining() >= 4) {
      int start = in.position();
      int length = in.getShort(start) & 0xffff;
      if (length < 4 || length > in.remaining()) {
        break;
      }
      byte[] value = new byte[length - 4];
      in.get(start + 4, value);
      attributes.put(in.getShort(start + 2) & TYPE_MASK, value);
      in.position(Math.min(in.limit(), start + (length + 3 & ~3)));
    }
    return attributes;
  }

  @Override
  public void close() {
    socket.close();
  }
}
