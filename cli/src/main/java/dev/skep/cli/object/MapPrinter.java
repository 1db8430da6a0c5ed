package dev.skep.cli.object;

import dev.skep.agreement.run.PacketRunner;
import dev.skep.object.Bytes;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.Map;

/** Prints a map's contents as bpftool does without types. */
final class MapPrinter {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  /** Longer maps are cut. */
  private static final int MOST = 64;

  private MapPrinter() {}

  static void print(PacketRunner.MapDump map, PrintWriter out) {
    Map<Bytes, Bytes> elements = map.elements();
    out.printf(
        "map %s (%s), %d element%s%n",
        map.name(), map.type(), elements.size(), elements.size() == 1 ? "" : "s");
    int printed = 0;
    int zero = 0;
    for (var element : elements.entrySet()) {
      if (isZero(element.getValue())) {
        zero++; // an array's untouched elements
        continue;
      }
      if (printed++ == MOST) {
        out.println("  …");
        break;
      }
      out.printf(
          "  key: %s  value: %s%n",
          HEX.formatHex(element.getKey().toArray()), HEX.formatHex(element.getValue().toArray()));
    }
    if (zero > 0) {
      out.printf("  (%d with value 0)%n", zero);
    }
  }

  private static boolean isZero(Bytes value) {
    for (int i = 0; i < value.size(); i++) {
      if (value.at(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
