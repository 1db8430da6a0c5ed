package dev.skep.object.inspect;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Availability;
import dev.skep.catalog.Feature;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Kfunc;
import dev.skep.catalog.Kfuncs;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.fields.ValueFields;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a program needs of a kernel, each with the release that brought it, and what no source
 * dates. Every date is the catalog's.
 */
final class ProgramNeeds {

  private static final int F_XDP_HAS_FRAGS = 1 << 5;

  /** Older kernels take programs for these without looking at the attach type. */
  private static final Set<AttachType> OPTIONAL =
      EnumSet.of(
          AttachType.XDP,
          AttachType.CGROUP_SOCK_OPS,
          AttachType.SK_SKB_STREAM_PARSER,
          AttachType.SK_SKB_STREAM_VERDICT,
          AttachType.SK_SKB_VERDICT,
          AttachType.SK_MSG_VERDICT,
          AttachType.LIRC_MODE2,
          AttachType.FLOW_DISSECTOR,
          AttachType.CGROUP_INET_INGRESS,
          AttachType.CGROUP_INET_EGRESS,
          AttachType.CGROUP_INET_SOCK_CREATE,
          AttachType.CGROUP_DEVICE);

  private final ProgramSpec spec;
  private final Map<String, KernelVersion> needs = new HashMap<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final Set<String> conditions = new LinkedHashSet<>();

  ProgramNeeds(ProgramSpec spec, InstructionNeeds code) {
    this.spec = spec;
    need(
        "program type %s (%s)".formatted(spec.type().kernelName(), spec.type().uapiName()),
        spec.type().since());
    AttachType attach = spec.expectedAttachType();
    if (attach != null && !OPTIONAL.contains(attach)) {
      need("attach type %s (%s)".formatted(attach.kernelName(), attach.uapiName()), attach.since());
    }
    if ((spec.flags() & ProgramSpec.F_SLEEPABLE) != 0) {
      need(Feature.SLEEPABLE);
    }
    if ((spec.flags() & F_XDP_HAS_FRAGS) != 0) {
      need(Feature.XDP_FRAGS);
    }
    code.features().forEach(this::need);
    spec.maps().forEach(this::map);
    code.helpers().forEach(this::helper);
    Set.copyOf(spec.kfuncs().values()).stream().sorted().forEach(this::kfunc);
    availability(code.helpers());
  }

  /** Newest first; never empty. */
  List<Need> newestFirst() {
    return needs.entrySet().stream()
        .map(e -> new Need(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(Need::since).reversed().thenComparing(Need::feature))
        .toList();
  }

  /** What is used, but dated by no source. */
  List<String> unknown() {
    return List.copyOf(unknown);
  }

  /** What must hold besides the release: configuration, modules. */
  List<String> conditions() {
    return List.copyOf(conditions);
  }

  private void need(Feature feature) {
    need(feature.text(), feature.since());
  }

  private void need(String what, KernelVersion since) {
    needs.put(what, since);
  }

  private void helper(int id) {
    HelperPrototype helper = Helpers.byId(id);
    if (helper == null) {
      unknown.add("helper #" + Integer.toUnsignedString(id));
      return;
    }
    need("helper " + helper.kernelName(), helper.since());
    String configuration = Helpers.configuration(id);
    if (configuration != null) {
      conditions.add(helper.kernelName() + " needs " + configuration);
    }
  }

  private void kfunc(String name) {
    Kfunc kfunc = Kfuncs.byName(Btf.essentialName(name));
    if (kfunc == null) {
      unknown.add("kfunc " + name);
      return;
    }
    need("kfunc " + kfunc.name(), kfunc.since());
    if (kfunc.optional()) {
      conditions.add(kfunc.name() + " depends on the kernel's configuration");
    }
  }

  /** Whether this type of program could use its helpers and kfuncs as soon as all of them exist. */
  private void availability(Collection<Integer> helpers) {
    KernelVersion oldest = newestFirst().getFirst().since();
    var doubtful = new TreeMap<KernelVersion, Set<String>>();
    for (int id : helpers) {
      HelperPrototype helper = Helpers.byId(id);
      if (helper != null && Helpers.configuration(id) == null && !boundToTarget()) {
        Since since = Since.of(oldest, version -> allowed(id, version));
        note(since, "helper " + helper.kernelName(), helper.kernelName(), doubtful);
      }
    }
    for (String name : Set.copyOf(spec.kfuncs().values())) {
      Kfunc kfunc = Kfuncs.byName(Btf.essentialName(name));
      if (kfunc != null && !kfunc.optional()) {
        Since since =
            Since.of(
                oldest,
                version ->
                    Kfuncs.allowed(kfunc.name(), spec.type(), spec.expectedAttachType(), version));
        note(since, "kfunc " + kfunc.name(), kfunc.name(), doubtful);
      }
    }
    doubtful.forEach(
        (known, names) ->
            unknown.add(
                "whether %s programs may call %s before Linux %s"
                    .formatted(spec.type().kernelName(), String.join(", ", names), known)));
  }

  /** What a struct, an iterator or an extended program allows is not asked of the type alone. */
  private boolean boundToTarget() {
    return switch (spec.type()) {
      case STRUCT_OPS, EXT, LSM -> true;
      default -> spec.expectedAttachType() == AttachType.TRACE_ITER;
    };
  }

  private Availability allowed(int helper, KernelVersion version) {
    AttachType attach = spec.expectedAttachType();
    return Helpers.allowed(
        helper,
        spec.type(),
        attach != null && OPTIONAL.contains(attach) ? null : attach,
        (spec.flags() & ProgramSpec.F_SLEEPABLE) != 0,
        version);
  }

  private void note(
      Since since, String what, String shortly, Map<KernelVersion, Set<String>> doubtful) {
    switch (since) {
      case Since.Always _ -> {}
      case Since.From(KernelVersion version) ->
          need("%s for %s programs".formatted(what, spec.type().kernelName()), version);
      case Since.Unclear(KernelVersion known) ->
          doubtful.computeIfAbsent(known, _ -> new TreeSet<>()).add(shortly);
      case Since.Never _ ->
          unknown.add(
              "a kernel that lets %s programs call %s: none up to %s does"
                  .formatted(spec.type().kernelName(), shortly, KernelVersion.NEWEST));
    }
  }

  private void map(MapSpec map) {
    need(
        "map type %s (%s)".formatted(map.type().kernelName(), map.type().uapiName()),
        map.type().since());
    if (map.btf() != null && map.btfValueTypeId() != 0) {
      try {
        for (ValueFields.Field field : ValueFields.ofMap(map, null).all()) {
          need("%s in a map value".formatted(field.kind().kernelName()), field.kind().since());
        }
      } catch (BtfFormatException e) {
        unknown.add("value type of map %s: %s".formatted(map.name(), e.getMessage()));
      }
    }
    if (map.inner() != null) {
      map(map.inner());
    }
  }
}
