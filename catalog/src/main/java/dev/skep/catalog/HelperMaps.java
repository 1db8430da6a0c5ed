package dev.skep.catalog;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which helper takes which map type, asked from both sides as {@code check_map_func_compatibility}
 * of Linux 6.18 does ({@code cannot pass map_type %d into func}).
 */
public final class HelperMaps {

  private static final Map<MapType, BitSet> BY_MAP = new EnumMap<>(MapType.class);
  private static final Map<Integer, Set<MapType>> BY_HELPER = new HashMap<>();

  static {
    HelperTable.INSTANCE.takers.forEach(
        (type, helpers) -> {
          BitSet ids = new BitSet();
          for (String helper : DataFile.words(helpers)) {
            ids.set(idOf(helper));
          }
          BY_MAP.put(type, ids);
        });

    for (Map.Entry<MapType, BitSet> entry : BY_MAP.entrySet()) {
      BitSet ids = entry.getValue();
      for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
        if (id != HelperId.MAP_LOOKUP_ELEM && id != HelperId.KPTR_XCHG) {
          Set<MapType> maps = BY_HELPER.get(id);
          if (maps == null) {
            maps = EnumSet.noneOf(MapType.class);
            BY_HELPER.put(id, maps);
          }
          maps.add(entry.getKey());
        }
      }
    }
    Set<MapType> perCpu = EnumSet.noneOf(MapType.class);
    for (MapType type : MapType.values()) {
      if (type.is(MapTrait.PER_CPU) && type.lookupResult() == LookupResult.VALUE) {
        perCpu.add(type);
      }
    }
    BY_HELPER.put(HelperId.MAP_LOOKUP_PERCPU_ELEM, perCpu);
  }

  private HelperMaps() {}

  private static int idOf(String helper) {
    int id = Helpers.idOf(helper);
    if (id == 0) {
      throw new IllegalStateException(helper);
    }
    return id;
  }

  /**
   * Whether a program may pass a map of the type to the helper.
   *
   * @param type the calling program's type: some may change socket maps by the common helpers
   * @param attach its attach type; null is the kernel's 0
   */
  public static boolean compatible(
      int id, MapType map, ProgramType type, @Nullable AttachType attach) {
    BitSet ids = BY_MAP.get(map);
    if (ids != null && !ids.get(id)) {
      boolean socketMap = map.lookupResult() == LookupResult.SOCKET;
      return socketMap && mayUpdateSocketMap(id, type, attach);
    }
    Set<MapType> maps = BY_HELPER.get(id);
    return maps == null || maps.contains(map);
  }

  /**
   * Whether a program of the type may update or delete elements of a socket map by the common
   * helpers ({@code cannot update sockmap in this context}).
   */
  private static boolean mayUpdateSocketMap(int id, ProgramType type, @Nullable AttachType attach) {
    if (id != HelperId.MAP_UPDATE_ELEM && id != HelperId.MAP_DELETE_ELEM) {
      return false;
    }
    return switch (type) {
      case TRACING -> attach == AttachType.TRACE_ITER;
      case SOCK_OPS -> id == HelperId.MAP_DELETE_ELEM;
      case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, SK_REUSEPORT, FLOW_DISSECTOR, SK_LOOKUP ->
          true;
      default -> false;
    };
  }
}
