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
    SkbHelpers.register();
    DynptrHelpers.register();
    TimerHelpers.register();
    StringHelpers.register();
    ObjectHelpers.register();
    TracingHelpers.register();
    CgroupHelpers.register();
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
    Map<String, Helper> all = new TreeMap<>();
    Helper nothing = (cpu, a, b, c, d, e) -> 0;
    for (String name :
        new String[] {
          "bpf_rcu_read_lock",
          "bpf_rcu_read_unlock",
          "bpf_preempt_disable",
          "bpf_preempt_enable",
          "bpf_local_irq_save",
          "bpf_local_irq_restore"
        }) {
      all.put(name, nothing);
    }
    Helper same = (cpu, pointer, b, c, d, e) -> pointer;
    all.put("bpf_rdonly_cast", same);
    all.put("bpf_cast_to_kern_ctx", same);
    DynptrHelpers.kfuncs(all);
    TimerHelpers.kfuncs(all);
    StringHelpers.kfuncs(all);
    ObjectHelpers.kfuncs(all);
    IteratorHelpers.kfuncs(all);
    CgroupHelpers.kfuncs(all);
    MapHelpers.kfuncs(all);
    return Map.copyOf(all);
  }

  /** How messages call a helper of which only the number is known. */
  public static String nameOf(int id) {
    HelperPrototype known = dev.skep.catalog.Helpers.byId(id);
    return known == null ? "number " + Integer.toUnsignedString(id) : known.kernelName() + "#" + id;
  }
}
