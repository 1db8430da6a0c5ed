package dev.skep.runtime.helper;

import dev.skep.runtime.Helper;
import dev.skep.runtime.HelperEntry;
import dev.skep.runtime.HelperSet;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** All helpers and kernel functions that machines have by default. */
public final class Helpers implements HelperSet {

  private static final Map<Integer, HelperEntry> STANDARD = new TreeMap<>();

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

  private static final Map<String, Helper> KFUNCS = allKfuncs();

  /** For {@link java.util.ServiceLoader}. */
  public Helpers() {}

  @Override
  public Map<Integer, HelperEntry> helpers() {
    return standard();
  }

  @Override
  public Map<String, Helper> kfuncs() {
    return KFUNCS;
  }

  /**
   * Adds a helper.
   *
   * @param name as the kernel's log has it, such as {@code bpf_map_lookup_elem}
   */
  static void add(String name, Helper helper) {
    int id = dev.skep.catalog.Helpers.idOf(name);
    if (id == 0) {
      throw new IllegalStateException("the catalog has no helper " + name);
    }
    STANDARD.put(id, new HelperEntry(id, name, helper));
  }

  /** Helpers by number. */
  public static Map<Integer, HelperEntry> standard() {
    return Collections.unmodifiableMap(STANDARD);
  }

  private static Map<String, Helper> allKfuncs() {
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
}
