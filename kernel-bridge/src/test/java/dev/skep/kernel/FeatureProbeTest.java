package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.Availability.Answer;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our answers and bpftool's, on every row that both know. */
@KernelTest
class FeatureProbeTest {

  private static final Pattern FLAG = Pattern.compile("\"(have_\\w+)\":(true|false)");
  private static final Pattern HELPERS =
      Pattern.compile("\"(\\w+)_available_helpers\":\\[([^\\]]*)]");

  private static String bpftool() throws IOException {
    Process process = Needs.command("bpftool", "-j", "feature", "probe", "kernel", "full").start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** bpftool says yes or no; an answer that we cannot be sure of agrees with neither. */
  private static void compare(
      Map<String, Boolean> theirs, String key, Availability ours, Set<String> differences) {
    Boolean their = theirs.get(key);
    if (their != null && their != ours.isAvailable() && ours.answer() != Answer.INCONCLUSIVE) {
      differences.add(key + ": bpftool " + their + ", skep " + ours.text());
    }
  }

  @Test
  void agreesWithBpftoolOnEveryRowThatBothKnow() throws IOException {
    String json = bpftool();
    var theirs = new HashMap<String, Boolean>();
    for (Matcher m = FLAG.matcher(json); m.find(); ) {
      theirs.put(m.group(1), m.group(2).equals("true"));
    }
    assertTrue(theirs.size() > 60, json);
    var differences = new TreeSet<String>();
    int rows = 0;
    try (Kernel kernel = Kernel.open()) {
      var probe = new FeatureProbe(kernel);
      for (ProgramType type : ProgramType.values()) {
        String key = "have_" + type.kernelName() + "_prog_type";
        rows += theirs.containsKey(key) ? 1 : 0;
        compare(theirs, key, probe.programType(type), differences);
      }
      for (MapType type : MapType.values()) {
        String key = "have_" + type.kernelName() + "_map_type";
        rows += theirs.containsKey(key) ? 1 : 0;
        compare(theirs, key, probe.mapType(type), differences);
      }
      for (FeatureProbe.Feature feature : FeatureProbe.Feature.values()) {
        rows += theirs.containsKey(feature.key()) ? 1 : 0;
        compare(theirs, feature.key(), probe.feature(feature), differences);
      }
    }
    assertEquals(Set.of(), differences);
    assertTrue(rows >= 65, "rows that both know: " + rows);
  }

  /**
   * One direction only: bpftool 7.1 looks for "unknown func" in the verifier's log, and newer
   * kernels say "program of this type cannot use helper", so it takes too much for available.
   */
  @Test
  void whatWeSayIsAvailableIsSoForBpftool() throws IOException {
    String json = bpftool();
    Btf types = dev.skep.btf.BtfReader.runningKernel().orElseThrow();
    var numbers = new HashMap<String, Integer>();
    int id = types.findEnum("bpf_func_id").orElseThrow();
    for (BtfType.Enumerator e : ((BtfType.Enum) types.type(id)).values()) {
      numbers.put(e.name().replace("BPF_FUNC_", "bpf_"), (int) e.value());
    }
    // bpftool knows the helpers of its own age.
    var known = new TreeSet<String>();
    for (Matcher m = HELPERS.matcher(json); m.find(); ) {
      known.addAll(names(m.group(2)));
    }
    var differences = new TreeSet<String>();
    int typesSeen = 0;
    int available = 0;
    try (Kernel kernel = Kernel.open()) {
      var probe = new FeatureProbe(kernel);
      for (Matcher m = HELPERS.matcher(json); m.find(); ) {
        ProgramType type = ProgramType.valueOf(m.group(1).toUpperCase(Locale.ROOT));
        Set<String> theirs = names(m.group(2));
        if (theirs.isEmpty()) {
          continue; // "could not determine"
        }
        typesSeen++;
        for (String helper : known) {
          Integer number = numbers.get(helper);
          if (number == null) {
            continue;
          }
          Availability ours = probe.helper(type, number);
          available += ours.isAvailable() ? 1 : 0;
          if (ours.isAvailable() && !theirs.contains(helper)) {
            differences.add(type + " " + helper + ": skep " + ours.text());
          }
        }
      }
    }
    assertEquals(Set.of(), differences);
    assertTrue(available > 500, "available: " + available);
    assertTrue(typesSeen >= 20, "types: " + typesSeen);
  }

  private static Set<String> names(String list) {
    var names = new TreeSet<String>();
    Arrays.stream(list.split(",", -1))
        .map(s -> s.replace("\"", "").strip())
        .filter(s -> s.startsWith("bpf_"))
        .forEach(names::add);
    return names;
  }

  @Test
  void featuresOfTheRunningVersionAreThere() {
    try (Kernel kernel = Kernel.open()) {
      var probe = new FeatureProbe(kernel);
      var expected =
          Map.of(
              FeatureProbe.Feature.V4_ISA_EXTENSION,
              66,
              FeatureProbe.Feature.LOAD_ACQUIRE,
              615,
              FeatureProbe.Feature.BTF_ENUM64,
              60);
      expected.forEach(
          (feature, version) -> {
            int minor = version >= 600 ? version - 600 : version - 60;
            boolean has = kernel.version().isAtLeast(6, minor);
            assertEquals(has, probe.feature(feature).isAvailable(), feature.key());
          });
      assertTrue(probe.mapType(MapType.HASH).isAvailable());
      assertEquals("not supported", probe.mapType(MapType.UNSPEC).text());
    }
  }
}
