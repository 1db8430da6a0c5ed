package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of map creation, against the running kernel's errors. */
class MapRulesKernelTest {

  /** How many shapes are asked; a longer campaign says so: {@code -Dskep.shapes=20000}. */
  private static final int SHAPES = Integer.getInteger("skep.shapes", 3000);

  /** Shapes of a fresh seed, or of {@code -Dskep.seed}: each has the kernel's answer. */
  @Test
  void everyGeneratedShapeHasTheKernelsAnswer() {
    long seed = Long.getLong("skep.seed", System.nanoTime());
    var shapes = new MapShapes(seed);
    List<String> differences = new ArrayList<>();
    Map<MapType, Integer> taken = new EnumMap<>(MapType.class);
    int asked = 0;
    int refused = 0;
    KernelBuild build;
    try (KernelLoader kernel = KernelLoader.open()) {
      build = buildOf(kernel);
      while (asked < SHAPES) {
        MapShape shape = shapes.next();
        MapRefusal ours = MapRules.check(shape, build);
        if (ours == null && MapShapes.memory(shape) > MapShapes.AFFORDABLE) {
          continue;
        }
        asked++;
        int theirs = kernel.createMap(shape);
        int expected = ours == null ? 0 : ours.errno().number();
        if (theirs != expected) {
          differences.add(
              shape + ": ours " + (ours == null ? "created" : ours) + ", kernel " + name(theirs));
        }
        if (ours == null) {
          taken.merge(shape.type(), 1, Integer::sum);
        } else {
          refused++;
        }
      }
    }
    String told =
        "seed %d: %d shapes, %d refused, created %s".formatted(seed, asked, refused, taken);
    System.out.println(told);
    assertEquals(
        List.of(), differences.stream().limit(20).toList(), differences.size() + " of " + told);
    assertTrue(refused > asked / 10 && refused < asked * 9 / 10, told);
  }

  /** From the catalog's example, each size and number at its limits and one step beyond. */
  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNSPEC", "STRUCT_OPS"})
  void everyLimitIsTheKernels(MapType type) {
    MapShape example = MapRules.example(type);
    List<String> differences = new ArrayList<>();
    Set<MapDemand> unmet = new HashSet<>();
    try (KernelLoader kernel = KernelLoader.open()) {
      KernelBuild build = buildOf(kernel);
      for (MapShape shape : atTheLimits(example, build)) {
        MapRefusal ours = MapRules.check(shape, build);
        if (ours != null) {
          unmet.add(ours.unmet());
        }
        if (ours != null || MapShapes.memory(shape) <= MapShapes.AFFORDABLE) {
          String expected = ours == null ? "created" : ours.errno().name();
          String theirs = name(kernel.createMap(shape));
          if (!theirs.equals(expected)) {
            differences.add(shape + ": ours " + expected + ", kernel " + theirs);
          }
        }
      }
      for (MapDemand demand : MapRules.demands(type, build)) {
        boolean ofTheInnerMap =
            demand instanceof MapDemand.FlatInner || demand instanceof MapDemand.InnerType;
        assertTrue(ofTheInnerMap || unmet.contains(demand), "not tried: " + demand);
      }
    }
    assertEquals(List.of(), differences);
  }

  private static List<MapShape> atTheLimits(MapShape example, KernelBuild build) {
    List<MapShape> shapes = new ArrayList<>();
    for (MapDemand demand : MapRules.demands(example.type(), build)) {
      switch (demand) {
        case MapDemand.Key key ->
            limits(key.sizes()).forEach(n -> shapes.add(example.withKeySize(n)));
        case MapDemand.Value value ->
            limits(value.sizes()).forEach(n -> shapes.add(example.withValueSize(n)));
        case MapDemand.Entries entries ->
            limits(entries.sizes()).forEach(n -> shapes.add(example.withMaxEntries(n)));
        case MapDemand.Element element -> {
          int most = (int) element.largest() - example.keySize();
          shapes.add(example.withValueSize(most).withFlags(MapFlag.NO_PREALLOC.bit()));
          shapes.add(example.withValueSize(most + 1).withFlags(MapFlag.NO_PREALLOC.bit()));
        }
        case MapDemand.Frames frames -> {
          MapShape ids = example.withFlags(MapFlag.STACK_BUILD_ID.bit());
          limits(frames.sizes(example)).forEach(n -> shapes.add(example.withValueSize(n)));
          limits(frames.sizes(ids)).forEach(n -> shapes.add(ids.withValueSize(n)));
        }
        case MapDemand.Flags flags -> {
          for (int bit = 0; bit < 32; bit++) {
            // a token would be needed
            if (1 << bit != MapFlag.TOKEN_FD.bit()) {
              shapes.add(example.withFlags(example.flags() | 1 << bit));
            }
          }
        }
        case MapDemand.Needs needs -> shapes.add(example.withFlags(0));
        case MapDemand.Lacks lacks ->
            shapes.add(example.withFlags(example.flags() | lacks.flag().bit()));
        case MapDemand.NotBoth both ->
            shapes.add(example.withFlags(example.flags() | both.one().bit() | both.other().bit()));
        case MapDemand.Extra extra -> {
          for (int bit = 0; bit < 64; bit++) {
            shapes.add(example.withExtra(1L << bit));
          }
        }
        case MapDemand.Window window -> {
          long last = (1L << 32) - window.pageSize();
          shapes.add(example.withExtra(last));
          shapes.add(example.withExtra(last).withMaxEntries(2));
        }
        case MapDemand.Types types -> {
          shapes.add(
              MapShape.of(example.type(), 4, example.valueSize(), 0).withFlags(example.flags()));
          shapes.add(
              MapShape.of(example.type(), 4, example.valueSize(), 0)
                  .withFlags(example.flags())
                  .withTypes(false, true));
        }
        case MapDemand.Inner inner -> shapes.add(example.withInner(null));
        case MapDemand.KnownType known -> {}
        case MapDemand.KernelType types -> {}
        case MapDemand.FlatInner inner -> {}
        case MapDemand.InnerType inner -> {}
      }
    }
    return shapes;
  }

  private static List<Integer> limits(Sizes sizes) {
    long step = sizes.powerOfTwo() ? sizes.smallest() : sizes.step();
    List<Integer> all = new ArrayList<>();
    for (long n :
        new long[] {
          sizes.smallest() - step,
          sizes.smallest() - 1,
          sizes.smallest(),
          sizes.smallest() + 1,
          sizes.smallest() + step,
          sizes.largest() - step,
          sizes.largest() - 1,
          sizes.largest(),
          sizes.largest() + 1,
          sizes.largest() + step
        }) {
      if (n >= 0 && n <= 0xffff_ffffL) {
        all.add((int) n);
      }
    }
    return all;
  }

  /** The shape that the catalog gives as an example. */
  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNSPEC", "STRUCT_OPS"})
  void theExampleIsTaken(MapType type) {
    try (KernelLoader kernel = KernelLoader.open()) {
      MapShape example = MapRules.example(type);
      assertEquals(null, MapRules.check(example));
      assertEquals("created", name(kernel.createMap(example)), example::toString);
    }
  }

  /** Inner maps: a map of maps needs one, of a type that may be one. */
  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNSPEC", "STRUCT_OPS"})
  void innerMaps(MapType type) {
    try (KernelLoader kernel = KernelLoader.open()) {
      for (MapType outer : List.of(MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS)) {
        MapShape shape = MapRules.example(outer).withInner(MapRules.example(type));
        MapRefusal ours = MapRules.check(shape);
        assertEquals(
            name(kernel.createMap(shape)),
            ours == null ? "created" : ours.errno().name(),
            shape::toString);
      }
    }
  }

  /** Which types take BTF: an int for the key, a structure for the value. */
  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNSPEC", "STRUCT_OPS"})
  void typedMaps(MapType type) {
    try (KernelLoader kernel = KernelLoader.open()) {
      MapShape shape = MapRules.example(type).withTypes(true, true);
      if (shape.keySize() == 1) {
        shape = shape.withKeySize(4);
      }
      boolean keyIsAStructure =
          switch (type) {
            case LPM_TRIE, CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> true;
            default -> false;
          };
      String expected =
          shape.keySize() == 0 || keyIsAStructure
              ? "EINVAL"
              : type.is(MapTrait.TYPED) ? "created" : "ENOTSUPP";
      assertEquals(expected, name(kernel.createMap(shape)), shape::toString);
      assertTrue(!keyIsAStructure || type.is(MapTrait.TYPED));
    }
  }

  private static String name(int errno) {
    return errno == 0 ? "created" : Errno.of(errno).name();
  }

  /** How many CPUs the kernel was built for is asked of it, as is how deep stacks may be. */
  private static KernelBuild buildOf(KernelLoader kernel) {
    int most = 1;
    int tooMany = 1 << 20;
    while (tooMany - most > 1) {
      int middle = (most + tooMany) / 2;
      if (kernel.createMap(MapShape.of(MapType.CPUMAP, 4, 4, middle)) == 0) {
        most = middle;
      } else {
        tooMany = middle;
      }
    }
    // In one call: to a second one these files have nothing more to say.
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys/kernel/perf_event_max_stack"))) {
      String frames = new String(in.readNBytes(64), StandardCharsets.US_ASCII);
      return new KernelBuild(most, Integer.parseInt(frames.strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
