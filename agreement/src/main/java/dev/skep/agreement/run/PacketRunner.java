package dev.skep.agreement.run;

import dev.skep.object.Bytes;
import java.util.List;
import java.util.Map;

/** A program made ready to run on packets, with its maps. */
public interface PacketRunner extends AutoCloseable {

  /** Runs it on a packet, or, for types without packets, on a context structure. */
  RunResult run(byte[] data);

  /** What the maps hold, in the order of the object. */
  List<MapDump> maps();

  /** Runs a number of times on the same input; the time of all of it in nanoseconds. */
  long time(byte[] data, int times);

  /** What the engine has counted, as lines of text. */
  List<String> statistics();

  /** The Java classes that were made of the program; none for engines that make none. */
  default List<byte[]> classes() {
    return List.of();
  }

  @Override
  void close();

  /**
   * A map's contents.
   *
   * @param name as in the object
   * @param type as bpftool names it
   * @param elements key to value
   */
  record MapDump(String name, String type, Map<Bytes, Bytes> elements) {}
}
