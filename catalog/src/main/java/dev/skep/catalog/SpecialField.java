package dev.skep.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields of map values that the kernel knows by their type or tag: {@code enum btf_field_type}, and
 * which maps may have them ({@code map_check_btf}, Linux 6.18). Such a map is created with BTF, by
 * a loader with CAP_BPF, and without {@code BPF_F_RDONLY_PROG} or {@code BPF_F_WRONLY_PROG}.
 */
public enum SpecialField implements Dated {
  SPIN_LOCK("bpf_spin_lock", 4, 5, 1, Maps.LOCKABLE),
  RES_SPIN_LOCK("bpf_res_spin_lock", 4, 6, 15, Maps.LOCKABLE),
  TIMER("bpf_timer", 16, 5, 15, Maps.PLAIN),
  WORKQUEUE("bpf_wq", 16, 6, 10, Maps.PLAIN),
  TASK_WORK("bpf_task_work", 8, 6, 18, Maps.PLAIN),
  LIST_HEAD("bpf_list_head", 16, 6, 2, Maps.PLAIN),
  /** In objects that programs allocate, never in maps. */
  LIST_NODE("bpf_list_node", 24, 6, 2, Maps.NONE),
  RB_ROOT("bpf_rb_root", 16, 6, 3, Maps.PLAIN),
  /** In objects that programs allocate, never in maps. */
  RB_NODE("bpf_rb_node", 32, 6, 3, Maps.NONE),
  REFCOUNT("bpf_refcount", 4, 6, 4, Maps.WITH_POINTERS),
  /** A pointer to a kernel object that may be gone ({@code __kptr_untrusted}). */
  KPTR_UNREF(null, 8, 5, 19, Maps.WITH_POINTERS),
  /** A pointer that holds a reference ({@code __kptr}). */
  KPTR_REF(null, 8, 5, 19, Maps.WITH_POINTERS),
  /** A pointer to a per-CPU object ({@code __percpu_kptr}). */
  KPTR_PERCPU(null, 8, 6, 7, Maps.WITH_POINTERS),
  /** A pointer to user memory ({@code __uptr}). */
  UPTR(null, 8, 6, 13, EnumSet.of(MapType.TASK_STORAGE));

  /** Sets that several fields share; a class of their own, as constants come first in an enum. */
  private static final class Maps {
    static final Set<MapType> NONE = EnumSet.noneOf(MapType.class);
    static final Set<MapType> PLAIN = EnumSet.of(MapType.HASH, MapType.LRU_HASH, MapType.ARRAY);
    static final Set<MapType> LOCKABLE =
        EnumSet.of(
            MapType.HASH,
            MapType.ARRAY,
            MapType.CGROUP_STORAGE,
            MapType.SK_STORAGE,
            MapType.INODE_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE);
    static final Set<MapType> WITH_POINTERS =
        EnumSet.of(
            MapType.HASH,
            MapType.PERCPU_HASH,
            MapType.LRU_HASH,
            MapType.LRU_PERCPU_HASH,
            MapType.ARRAY,
            MapType.PERCPU_ARRAY,
            MapType.SK_STORAGE,
            MapType.INODE_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE);
  }

  /** Those that are looked for in a map's value. */
  public static final Set<SpecialField> IN_MAPS =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(LIST_NODE, RB_NODE)));

  /** Those that are looked for in a type that programs allocate. */
  public static final Set<SpecialField> IN_OBJECTS =
      Collections.unmodifiableSet(
          EnumSet.complementOf(EnumSet.of(TIMER, WORKQUEUE, TASK_WORK, UPTR)));

  private final @Nullable String structName;
  private final int size;
  private final KernelVersion since;
  private final Set<MapType> maps;

  SpecialField(@Nullable String structName, int size, int major, int minor, Set<MapType> maps) {
    this.structName = structName;
    this.size = size;
    this.since = new KernelVersion(major, minor);
    this.maps = maps;
  }

  /** The constant's name in the kernel, such as {@code BPF_SPIN_LOCK}. */
  public String kernelName() {
    return "BPF_" + name();
  }

  /** The C structure that makes the field; null for pointers, which a type tag makes. */
  public @Nullable String structName() {
    return structName;
  }

  /** The field as the verifier's messages name it ({@code btf_field_type_name}). */
  public String text() {
    return switch (this) {
      case KPTR_UNREF, KPTR_REF -> "kptr";
      case KPTR_PERCPU -> "percpu_kptr";
      case UPTR -> "uptr";
      case SPIN_LOCK,
          RES_SPIN_LOCK,
          TIMER,
          WORKQUEUE,
          TASK_WORK,
          LIST_HEAD,
          LIST_NODE,
          RB_ROOT,
          RB_NODE,
          REFCOUNT ->
          String.valueOf(structName);
    };
  }

  /** Whether it is a pointer that plain loads and stores may reach. */
  public boolean isPointer() {
    return structName == null;
  }

  /** Whether it is a pointer to a kernel or local object: {@code BPF_KPTR}. */
  public boolean isKptr() {
    return isPointer() && this != UPTR;
  }

  /** What its offset is a multiple of: of 4 bytes for locks and counts, of 8 for all others. */
  public int alignment() {
    return size == 4 ? 4 : 8;
  }

  /** The field that a tag on a pointer's target makes, or null. */
  public static @Nullable SpecialField ofTag(String tag) {
    return switch (tag) {
      case "kptr_untrusted" -> KPTR_UNREF;
      case "kptr" -> KPTR_REF;
      case "percpu_kptr" -> KPTR_PERCPU;
      case "uptr" -> UPTR;
      default -> null;
    };
  }

  /** Bytes in the value. */
  public int size() {
    return size;
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** Whether a map of the type may have such a field ({@code EOPNOTSUPP}). */
  public boolean allowedIn(MapType type) {
    return maps.contains(type);
  }

  /** The field that a structure makes, or null. */
  public static @Nullable SpecialField ofStruct(String name) {
    for (SpecialField field : values()) {
      if (name.equals(field.structName)) {
        return field;
      }
    }
    return null;
  }

  /**
   * Why a program of the type cannot hold a map with such a field, in the kernel's words; null if
   * it can.
   */
  public @Nullable String refusedFor(ProgramType type) {
    boolean tracing = MapRules.isTracing(type);
    return switch (this) {
      case SPIN_LOCK, RES_SPIN_LOCK -> {
        if (type == ProgramType.SOCKET_FILTER) {
          yield "socket filter progs cannot use bpf_spin_lock yet";
        }
        yield tracing ? "tracing progs cannot use bpf_spin_lock yet" : null;
      }
      case TIMER -> tracing ? "tracing progs cannot use bpf_timer yet" : null;
      case WORKQUEUE -> tracing ? "tracing progs cannot use bpf_wq yet" : null;
      case LIST_HEAD, RB_ROOT ->
          tracing ? "tracing progs cannot use bpf_{list_head,rb_root} yet" : null;
      case TASK_WORK, LIST_NODE, RB_NODE, REFCOUNT, KPTR_UNREF, KPTR_REF, KPTR_PERCPU, UPTR -> null;
    };
  }
}
