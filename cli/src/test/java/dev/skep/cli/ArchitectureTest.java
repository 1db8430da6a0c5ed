package dev.skep.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.skep.catalog.KernelVersion;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows of docs/architecture.md: which module may use which. */
class ArchitectureTest {

  /** Direct arrows; what a module may use, it may use through them as well. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("isa", Set.of()),
          Map.entry("btf", Set.of()),
          Map.entry("catalog", Set.of("isa")),
          Map.entry("object", Set.of("isa", "btf", "catalog")),
          Map.entry("assembler", Set.of("isa", "catalog", "object")),
          Map.entry("verifier", Set.of("isa", "btf", "catalog", "object")),
          Map.entry("runtime", Set.of("isa", "btf", "catalog", "object")),
          Map.entry("interpreter", Set.of("runtime")),
          Map.entry("jit", Set.of("runtime", "verifier")),
          Map.entry("kernel", Set.of("isa", "btf", "catalog", "object")),
          Map.entry("report", Set.of("object", "assembler", "verifier", "runtime", "interpreter")),
          Map.entry("testkit", Set.of("runtime", "interpreter", "jit", "verifier", "report")),
          Map.entry("agreement", Set.of("report", "kernel", "jit", "testkit")),
          Map.entry("cli", Set.of("agreement")));

  /** What tells an older release from a newer one. */
  private static final Set<String> COMPARISONS = Set.of("isAtLeast", "compareTo", "major", "minor");

  @SuppressWarnings("NullAway.Init")
  private static JavaClasses house;

  @BeforeAll
  static void readClasses() {
    String tests =
        ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains(tests)) // also where Maven did not run
            .importPackages("dev.skep");
  }

  @ParameterizedTest
  @CsvSource({
    "isa",
    "btf",
    "catalog",
    "object",
    "assembler",
    "verifier",
    "runtime",
    "interpreter",
    "jit",
    "kernel",
    "report",
    "testkit",
    "agreement",
    "cli"
  })
  void usesOnlyWhatItsArrowsAllow(String module) {
    Set<String> allowed = new TreeSet<>(Set.of(module));
    close(module, allowed);
    classes()
        .that()
        .resideInAPackage("dev.skep." + module + "..")
        .should()
        .onlyDependOnClassesThat(
            describe(
                "are in " + allowed + " or outside of skep",
                (JavaClass used) -> {
                  String room = moduleOf(used);
                  // Only tests see what tests need of the machine.
                  return room.isEmpty() || room.equals("test") || allowed.contains(room);
                }))
        .allowEmptyShould(true)
        .check(house);
  }

  @ParameterizedTest
  @CsvSource({
    "isa",
    "btf",
    "catalog",
    "object",
    "assembler",
    "verifier",
    "runtime",
    "interpreter",
    "jit",
    "kernel",
    "report",
    "testkit",
    "agreement",
    "cli"
  })
  void packagesRunInNoCircles(String module) {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return moduleOf(type).equals(module)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "packages of " + module;
              }
            })
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(house);
  }

  /** Whoever needs another program or map says what differs: nobody counts seventeen commas. */
  @ParameterizedTest
  @CsvSource({
    "dev.skep.object.ProgramSpec",
    "dev.skep.object.MapSpec",
    "dev.skep.object.ReadOptions",
    "dev.skep.runtime.Task"
  })
  void isBuiltByItsBuilder(String name) {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(name + "$Builder")
        .should()
        .callConstructorWhere(
            JavaCall.Predicates.target(
                HasOwner.Predicates.With.owner(HasName.Predicates.name(name))))
        .check(house);
  }

  @ParameterizedTest
  @CsvSource({
    "isa",
    "btf",
    "catalog",
    "object",
    "verifier",
    "kernel",
    "report",
    "agreement",
    "cli"
  })
  void isThere(String module) {
    // Guards the rule above against passing because nothing was read.
    assertFalse(
        house.stream().noneMatch(c -> moduleOf(c).equals(module)), "no classes of " + module);
  }

  @ParameterizedTest
  @CsvSource({"sun.misc.Unsafe", "jdk.internal.misc.Unsafe"})
  void nobodyUses(String forbidden) {
    classes()
        .should()
        .onlyDependOnClassesThat(
            describe("are not " + forbidden, (JavaClass c) -> !c.getName().equals(forbidden)))
        .check(house);
  }

  /** What differs between kernels is asked of the catalog by name. */
  @Test
  void onlyTheCatalogComparesVersions() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skep.catalog..")
        .should()
        .callMethodWhere(
            describe(
                "compares releases",
                (JavaMethodCall call) ->
                    call.getTargetOwner().getName().equals(KernelVersion.class.getName())
                        && COMPARISONS.contains(call.getTarget().getName())))
        .check(house);
  }

  private static void close(String module, Set<String> allowed) {
    for (String used : ARROWS.getOrDefault(module, Set.of())) {
      if (allowed.add(used)) {
        close(used, allowed);
      }
    }
  }

  private static String moduleOf(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.");
    return Arrays.asList(parts).indexOf("skep") == 1 && parts.length > 2 ? parts[2] : "";
  }
}
