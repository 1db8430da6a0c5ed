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

  private static final int LOOKUP = 1;
  private static final int UPDATE = 2;
  private static final int DELETE = 3;
  private static final int KPTR_XCHG = 194;

  static {
    onlyWith(MapType.PROG_ARRAY, "tail_call");
    onlyWith(
        MapType.PERF_EVENT_ARRAY,
        "perf_event_read",
        "perf_event_output",
        "skb_output",
        "perf_event_read_value",
        "xdp_output");
    onlyWith(
        MapType.RINGBUF,
        "ringbuf_output",
        "ringbuf_reserve",
        "ringbuf_query",
        "ringbuf_reserve_dynptr",
        "ringbuf_submit_dynptr",
        "ringbuf_discard_dynptr");
    onlyWith(MapType.USER_RINGBUF, "user_ringbuf_drain");
    onlyWith(MapType.STACK_TRACE, "get_stackid");
    onlyWith(MapType.CGROUP_ARRAY, "skb_under_cgroup", "current_task_under_cgroup");
    onlyWith(MapType.CGROUP_STORAGE, "get_local_storage");
    onlyWith(MapType.PERCPU_CGROUP_STORAGE, "get_local_storage");
    onlyWith(MapType.DEVMAP, "redirect_map", "map_lookup_elem");
    onlyWith(MapType.DEVMAP_HASH, "redirect_map", "map_lookup_elem");
    onlyWith(MapType.CPUMAP, "redirect_map");
    onlyWith(MapType.XSKMAP, "redirect_map", "map_lookup_elem");
    onlyWith(MapType.ARRAY_OF_MAPS, "map_lookup_elem");
    onlyWith(MapType.HASH_OF_MAPS, "map_lookup_elem");
    onlyWith(
        MapType.SOCKMAP,
        "sk_redirect_map",
        "sock_map_update",
        "msg_redirect_map",
        "sk_select_reuseport",
        "map_lookup_elem");
    onlyWith(
        MapType.SOCKHASH,
        "sk_redirect_hash",
        "sock_hash_update",
        "msg_redirect_hash",
        "sk_select_reuseport",
        "map_lookup_elem");
    onlyWith(MapType.REUSEPORT_SOCKARRAY, "sk_select_reuseport");
    onlyWith(MapType.QUEUE, "map_peek_elem", "map_pop_elem", "map_push_elem");
    onlyWith(MapType.STACK, "map_peek_elem", "map_pop_elem", "map_push_elem");
    onlyWith(MapType.BLOOM_FILTER, "map_peek_elem", "map_push_elem");
    onlyWith(MapType.SK_STORAGE, "sk_storage_get", "sk_storage_delete", "kptr_xchg");
    onlyWith(MapType.INODE_STORAGE, "inode_storage_get", "inode_storage_delete", "kptr_xchg");
    onlyWith(MapType.TASK_STORAGE, "task_storage_get", "task_storage_delete", "kptr_xchg");
    onlyWith(MapType.CGRP_STORAGE, "cgrp_storage_get", "cgrp_storage_delete", "kptr_xchg");

    for (Map.Entry<MapType, BitSet> entry : BY_MAP.entrySet()) {
      BitSet ids = entry.getValue();
      for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
        if (id != LOOKUP && id != KPTR_XCHG) {
          Set<MapType> maps = BY_HELPER.get(id);
          if (maps == null) {
            maps = EnumSet.noneOf(MapType.class);
            BY_HELPER.put(id, maps);
          }
          maps.add(entry.getKey());
        }
      }
    }
    BY_HELPER.put(
        idOf("map_lookup_percpu_elem"),
        EnumSet.of(MapType.PERCPU_ARRAY, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH));
  }

  private HelperMaps() {}

  private static void onlyWith(MapType type, String... helpers) {
    BitSet ids = new BitSet();
    for (String helper : helpers) {
      ids.set(idOf(helper));
    }
    BY_MAP.put(type, ids);
  }

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
      boolean socketMap = map == MapType.SOCKMAP || map == MapType.SOCKHASH;
      return socketMap && mayUpdateSocketMap(id, type, attach);
    }
    Set<MapType> maps = BY_HELPER.get(id);
    return maps == null || maps.contains(map);
  }

  /**
   * Whether a program of the type may update or delete elements of a socket map by the common
   * helpers ({@code cannot update sockmap in this context}).
   */
  public static boolean mayUpdateSocketMap(int id, ProgramType type, @Nullable AttachType attach) {
    if (id != UPDATE && id != DELETE) {
      return false;
    }
    return switch (type) {
      case TRACING -> attach == AttachType.TRACE_ITER;
      case SOCK_OPS -> id == DELETE;
      case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, SK_REUSEPORT, FLOW_DISSECTOR, SK_LOOKUP ->
          true;
      default -> false;
    };
  }

  /** The map types that a helper takes, or null if it takes every one that takes it. */
  public static @Nullable Set<MapType> mapsOf(int id) {
    Set<MapType> maps = BY_HELPER.get(id);
    return maps == null ? null : Set.copyOf(maps);
  }
}
