package dev.skep.kernel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/** Two network namespaces with a pair of devices between them, {@code v0} and {@code v1}. */
final class Cable {

  private Cable() {}

  /** Two namespaces with a cable between them: 10.9.9.1 and 10.9.9.2. */
  static void connect(NetworkNamespace left, NetworkNamespace right) {
    left.command(
        "ip",
        "link",
        "add",
        "v0",
        "type",
        "veth",
        "peer",
        "name",
        "v1",
        "netns",
        Long.toString(right.tid()));
    left.command("ip", "addr", "add", "10.9.9.1/24", "dev", "v0");
    right.command("ip", "addr", "add", "10.9.9.2/24", "dev", "v1");
    left.command("ip", "link", "set", "v0", "up");
    right.command("ip", "link", "set", "v1", "up");
    // The carrier and the neighbours take a moment.
    for (int i = 0; i < 10 && !delivered(left, right); i++) {
      Thread.onSpinWait();
    }
  }

  /** Sends a datagram from left to right; whether it came. */
  static boolean delivered(NetworkNamespace left, NetworkNamespace right) {
    DatagramSocket receiver =
        right.call(() -> new DatagramSocket(new InetSocketAddress("10.9.9.2", 5555)));
    try (receiver) {
      receiver.setSoTimeout(300);
      left.call(
          () -> {
            try (var sender = new DatagramSocket()) {
              sender.send(
                  new DatagramPacket(
                      new byte[] {1, 2, 3}, 3, new InetSocketAddress("10.9.9.2", 5555)));
            }
            return true;
          });
      receiver.receive(new DatagramPacket(new byte[64], 64));
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
