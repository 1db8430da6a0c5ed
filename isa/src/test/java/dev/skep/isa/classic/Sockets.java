package dev.skep.isa.classic;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Two connected sockets of the running kernel; the second takes a classic filter. */
final class Sockets implements AutoCloseable {

  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int MSG_DONTWAIT = 0x40;

  /** Room for the largest packet of the tests. */
  private static final int MAX_PACKET = 1 << 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKETPAIR =
      call("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle BIND = call("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT = call("connect", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle NAME = call("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle OPTION =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SEND = callLong("send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECEIVE =
      callLong("recv", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT);

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(MAX_PACKET);
  private final int sender;
  private final int receiver;

  private Sockets(int sender, int receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  private static MethodHandle call(String name, ValueLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle callLong(String name, ValueLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static MethodHandle handle(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type);
  }

  /** A pair of Unix datagram sockets: a filter sees just what was sent. Takes no privilege. */
  static Sockets unix() throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      checked("socketpair", (int) SOCKETPAIR.invokeExact(AF_UNIX, SOCK_DGRAM, 0, pair));
      return new Sockets(pair.getAtIndex(JAVA_INT, 0), pair.getAtIndex(JAVA_INT, 1));
    }
  }

  /** Two UDP sockets on the loopback device: a filter sees packets that went through the stack. */
  static Sockets udp() throws Throwable {
    int receiver = checked("socket", (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM, 0));
    int sender = checked("socket", (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM, 0));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(16, 4);
      address.set(JAVA_SHORT, 0, (short) AF_INET);
      address.asSlice(4, 4).copyFrom(MemorySegment.ofArray(new byte[] {127, 0, 0, 1}));
      checked("bind", (int) BIND.invokeExact(receiver, address, 16));
      MemorySegment length = arena.allocateFrom(JAVA_INT, 16);
      checked("getsockname", (int) NAME.invokeExact(receiver, address, length));
      checked("connect", (int) CONNECT.invokeExact(sender, address, 16));
      return new Sockets(sender, receiver);
    }
  }

  /** Attaches a filter in place of the one before; false if the kernel refuses it. */
  boolean attach(List<ClassicInstruction> program) throws Throwable {
    try (Arena temporary = Arena.ofConfined()) {
      MemorySegment filter = temporary.allocate(8L * program.size(), 8);
      for (int i = 0; i < program.size(); i++) {
        ClassicInstruction instruction = program.get(i);
        filter.set(JAVA_SHORT, 8L * i, (short) instruction.code());
        filter.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) instruction.jt());
        filter.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) instruction.jf());
        filter.set(JAVA_INT, 8L * i + 4, instruction.k());
      }
      MemorySegment programOption = temporary.allocate(16, 8);
      programOption.set(JAVA_SHORT, 0, (short) program.size());
      programOption.set(ADDRESS, 8, filter);
      return (int) OPTION.invokeExact(receiver, SOL_SOCKET, SO_ATTACH_FILTER, programOption, 16)
          == 0;
    }
  }

  /** Sends a packet; how many bytes of it come through the filter, 0 if none. */
  int send(byte[] packet) throws Throwable {
    MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, 0, packet.length);
    long sent = (long) SEND.invokeExact(sender, buffer, (long) packet.length, 0);
    if (sent != packet.length) {
      throw new IllegalStateException("send: " + sent + " of " + packet.length + " bytes");
    }
    long received = (long) RECEIVE.invokeExact(receiver, buffer, (long) MAX_PACKET, MSG_DONTWAIT);
    return (int) Math.max(0, received);
  }

  private static int checked(String what, int result) {
    if (result < 0) {
      throw new IllegalStateException(what + " failed");
    }
    return result;
  }

  @Override
  public void close() {
    arena.close();
    try {
      checked("close", (int) CLOSE.invokeExact(sender));
      checked("close", (int) CLOSE.invokeExact(receiver));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
