package dev.skep.agreement.answer;

import dev.skep.catalog.MapRules;
import dev.skep.object.BpfObject;

/** Maps whose size is not in the file, because their loader sets it before it loads. */
public final class UnsizedMaps {

  private UnsizedMaps() {}

  /** The object with the fewest entries that its type takes in each such map. */
  public static BpfObject sized(BpfObject object) {
    return object.withMaps(
        map ->
            map.maxEntries() == 0
                ? map.withMaxEntries(MapRules.example(map.type()).maxEntries())
                : map);
  }
}
