package dev.skep.runtime.helper;

import dev.skep.catalog.HelperPrototype;
import dev.skep.runtime.Helper;
import java.util.Map;
import java.util.TreeMap;

/** All helpers and kernel functions that machines have by default. */
public final class Helpers {

  /** A helper: its number and name in {@code linux/bpf.h}, and what it does. */
  public record Entry(int id, String name, Helper helper) {}

  private static final Map<Integer, Entry> STANDARD = new TreeMap<>();

  static {
    MapHelpers.register();
    SystemHelpers.register();
    MemoryHelpers.register();
    PacketHelpers.register();
    SocketHelpers.register();
  }

  private Helpers() {}

  static void add(int id, String name, Helper helper) {
    STANDARD.put(id, new Entry(id, name, helper));
  }

  /** Helpers by number. */
  public static Map<Integer, Entry> standard() {
    return Map.copyOf(STANDARD);
  }

  /** Kernel functions by name. */
  public static Map<String, Helper> kfuncs() {
    Helper nothing = (cpu, a, b, c, d, e) -> 0;
    return Map.of(
        "bpf_rcu_read_lock", nothing,
        "bpf_rcu_read_unlock", nothing,
        "bpf_preempt_disable", nothing,
        "bpf_preempt_enable", nothing);
  }

  /** How messages call a helper of which only the number is known. */
  public static String nameOf(int id) {
    HelperPrototype known = dev.skep.catalog.Helpers.byId(id);
    return known == null ? "number " + Integer.toUnsignedString(id) : known.kernelName() + "#" + id;
  }
}
