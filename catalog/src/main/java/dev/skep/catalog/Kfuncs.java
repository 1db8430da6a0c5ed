package dev.skep.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kernel functions that programs may call, as Linux 6.18 has them. */
public final class Kfuncs {

  /** The older version that was asked. */
  private static final KernelVersion ASKED = new KernelVersion(6, 12);

  /** What {@link #ASKED} lacks. */
  private static final Map<String, Set<KfuncHook>> ABSENT = new HashMap<>();

  private static final Map<String, Kfunc> BY_NAME = load();

  private Kfuncs() {}

  /** The kfunc of a name, or null if 6.18 has none that skep knows. */
  public static @Nullable Kfunc byName(String name) {
    return BY_NAME.get(name);
  }

  /** All kfuncs, in no order. */
  public static Collection<Kfunc> all() {
    return Collections.unmodifiableCollection(BY_NAME.values());
  }

  /**
   * Whether a kernel lets a program call a kfunc ({@code calling kernel function … is not
   * allowed}).
   *
   * <p>6.18 and 6.12 are known from such kernels, but an optional kfunc depends on the
   * configuration: UNKNOWN. No kernel took a kfunc away from a program type; where that and the
   * kfunc's version decide nothing, the answer is UNKNOWN too.
   */
  public static Availability allowed(
      String name, ProgramType type, @Nullable AttachType attach, KernelVersion release) {
    KernelVersion version = release.series(); // no point release changed it
    Kfunc kfunc = byName(name);
    if (kfunc == null) {
      return Availability.UNKNOWN;
    }
    if (!version.isAtLeast(kfunc.since()) || !mayCall(kfunc, type, attach)) {
      return Availability.NOT_ALLOWED;
    }
    if (kfunc.optional()) {
      return Availability.UNKNOWN;
    }
    if (version.isAtLeast(KernelVersion.NEWEST)) {
      return Availability.ALLOWED;
    }
    boolean joinedIn612 = type == ProgramType.TRACEPOINT || type == ProgramType.PERF_EVENT;
    if (joinedIn612 && !version.isAtLeast(ASKED) && !kfunc.hooks().contains(KfuncHook.COMMON)) {
      return Availability.NOT_ALLOWED;
    }
    boolean allowedThere = mayCallIn612(kfunc, type);
    if (allowedThere) {
      return version.isAtLeast(ASKED) ? Availability.ALLOWED : Availability.UNKNOWN;
    }
    return ASKED.isAtLeast(version) ? Availability.NOT_ALLOWED : Availability.UNKNOWN;
  }

  private static boolean mayCallIn612(Kfunc kfunc, ProgramType type) {
    if (!ASKED.isAtLeast(kfunc.since())) {
      return false;
    }
    if (kfunc.hooks().contains(KfuncHook.COMMON)) {
      return true;
    }
    if (type == ProgramType.SOCK_OPS) {
      // joined the group of the cgroup programs later
      return false;
    }
    Set<KfuncHook> absent = ABSENT.get(kfunc.name());
    KfuncHook hook = KfuncHook.of(type);
    return absent == null || hook == null || !absent.contains(hook);
  }

  private static boolean mayCall(Kfunc kfunc, ProgramType type, @Nullable AttachType attach) {
    if (kfunc.hooks().contains(KfuncHook.COMMON)) {
      return true;
    }
    KfuncHook hook = KfuncHook.of(type);
    if (hook == null || !kfunc.hooks().contains(hook)) {
      return false;
    }
    return switch (kfunc.restriction()) {
      case NONE -> true;
      case LSM -> type == ProgramType.LSM;
      case ITER -> attach == AttachType.TRACE_ITER;
      case SESSION ->
          attach == AttachType.TRACE_KPROBE_SESSION || attach == AttachType.TRACE_UPROBE_SESSION;
    };
  }

  private static Map<String, Kfunc> load() {
    Map<String, Kfunc> map = new HashMap<>();
    for (String line : DataFile.lines("kfuncs.txt")) {
      String[] words = DataFile.words(line);
      if (words[0].equals("absent")) {
        if (!DataFile.version(words[1]).equals(ASKED)) {
          throw new IllegalStateException("kfuncs.txt: ".concat(line));
        }
        ABSENT.put(words[2], hooks(words[3]));
        continue;
      }
      map.put(
          words[1],
          new Kfunc(
              words[1],
              DataFile.version(words[2]),
              flags(words[3]),
              hooks(words[4]),
              words[0].equals("optional"),
              words.length > 5 ? restriction(words[5]) : Kfunc.Restriction.NONE));
    }
    return map;
  }

  private static Set<KfuncFlag> flags(String text) {
    Set<KfuncFlag> flags = EnumSet.noneOf(KfuncFlag.class);
    if (!text.equals("-")) {
      for (String flag : DataFile.split(text, '|')) {
        flags.add(KfuncFlag.valueOf(flag));
      }
    }
    return Collections.unmodifiableSet(flags);
  }

  private static Set<KfuncHook> hooks(String text) {
    Set<KfuncHook> hooks = EnumSet.noneOf(KfuncHook.class);
    for (String hook : DataFile.split(text, ',')) {
      hooks.add(KfuncHook.valueOf(hook));
    }
    return Collections.unmodifiableSet(hooks);
  }

  private static Kfunc.Restriction restriction(String word) {
    return switch (word) {
      case "lsm" -> Kfunc.Restriction.LSM;
      case "iter" -> Kfunc.Restriction.ITER;
      case "session" -> Kfunc.Restriction.SESSION;
      default -> throw new IllegalStateException("kfuncs.txt: " + word);
    };
  }
}
