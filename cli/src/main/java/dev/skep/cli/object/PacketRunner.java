package dev.skep.cli.object;

import dev.skep.object.Bytes;
import java.util.List;
import java.util.Map;

/** A program made ready to run on packets, with its maps. */
interface PacketRunner extends AutoCloseable {

  /** Runs it on a packet, or, for types without packets, on a context structure. */
  RunResult run(byte[] data);

  /** What the maps hold, in the order of the object. */
  List<MapDump> maps();

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
