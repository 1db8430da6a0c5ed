package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Syscalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** Programs on a socket. */
@KernelTest
class SocketAttachmentTest extends LinkTestBase {

  private static final int AF_INET = 2;
  private static final int DATAGRAM_NONBLOCK_CLOEXEC = 2 | 0x80800;
  private static final int SO_REUSEPORT = 15;

  /** A datagram socket on the loopback address, which shares its port with others. */
  private static Fd socket(int port) {
    Fd fd = Fd.own(Native.call("socket", Syscalls.SOCKET, AF_INET, DATAGRAM_NONBLOCK_CLOEXEC, 0));
    int number = fd.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(JAVA_INT, 1);
      Native.call("setsockopt", Syscalls.SETSOCKOPT, number, 1, SO_REUSEPORT, one.address(), 4);
      byte[] address = new byte[16];
      address[0] = AF_INET;
      address[2] = (byte) (port >> 8);
      address[3] = (byte) port;
      address[4] = 127;
      address[7] = 1;
      MemorySegment memory = arena.allocateFrom(JAVA_BYTE, address);
      Native.call("bind", Syscalls.BIND, number, memory.address(), 16);
      return fd;
    } finally {
      fd.release();
    }
  }

  /** How many bytes the next datagram has; -11 (EAGAIN) if there is none. */
  private static long receive(Fd socket) {
    int number = socket.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(2000);
      return Syscalls.call(Syscalls.RECVFROM, number, buffer.address(), 2000, 0, 0, 0);
    } finally {
      socket.release();
    }
  }

  private static void send(int port, int bytes) throws IOException {
    try (var sender = new DatagramSocket()) {
      sender.send(
          new DatagramPacket(new byte[bytes], bytes, InetAddress.getLoopbackAddress(), port));
    }
  }

  private static int number(Fd fd) {
    int number = fd.acquire();
    fd.release();
    return number;
  }

  @Test
  void aFilterCutsWhatArrives() throws IOException {
    int port = 40_123;
    // The UDP header counts as well.
    try (Fd socket = socket(port);
        var cut = load(counting(ProgramType.SOCKET_FILTER, 8 + 10))) {
      send(port, 50);
      assertEquals(50, receive(socket));
      SocketAttachment.attachFilter(cut, number(socket));
      send(port, 50);
      assertEquals(10, receive(socket));
      assertEquals(1, count(cut));
      SocketAttachment.detachFilter(number(socket));
      var e =
          assertThrows(
              KernelCallException.class, () -> SocketAttachment.detachFilter(number(socket)));
      assertEquals(Errno.ENOENT, e.errno());
      send(port, 50);
      assertEquals(50, receive(socket));
    }
  }

  @Test
  void aProgramChoosesTheSocketOfAGroup() throws IOException {
    int port = 40_124;
    try (Fd first = socket(port);
        Fd second = socket(port);
        var choose = load(counting(ProgramType.SOCKET_FILTER, 1))) {
      SocketAttachment.attachReuseport(choose, number(first));
      for (int i = 0; i < 8; i++) {
        send(port, 20);
        assertEquals(20, receive(second));
        assertEquals(Errno.EAGAIN.negated(), receive(first));
      }
      assertEquals(8, count(choose));
      SocketAttachment.detachReuseport(number(first));
    }
  }

  /** An sk_reuseport program that passes without a choice: the kernel's hash decides. */
  @Test
  void reuseportProgramsRun() throws IOException {
    int port = 40_125;
    try (Fd first = socket(port);
        Fd second = socket(port);
        var pass = load(counting(ProgramType.SK_REUSEPORT, 1));
        var drop = load(counting(ProgramType.SK_REUSEPORT, 0))) {
      SocketAttachment.attachReuseport(pass, number(first));
      send(port, 20);
      assertTrue(receive(first) == 20 ^ receive(second) == 20);
      assertEquals(1, count(pass));
      SocketAttachment.attachReuseport(drop, number(second));
      send(port, 20);
      assertEquals(1, count(drop));
      assertTrue(receive(first) < 0 && receive(second) < 0);
    }
  }
}
