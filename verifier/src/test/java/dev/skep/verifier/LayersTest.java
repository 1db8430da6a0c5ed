package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The verifier's packages stand on each other in one order, so that none runs in a circle. */
class LayersTest {

  private static final String ROOT = "dev.skep.verifier";

  /** From the ground up: a package may use what stands before it. */
  private static final List<String> ORDER =
      List.of(
          "profile",
          "domain",
          "state",
          "observe",
          "explain",
          "watch",
          "path",
          "types",
          "admission",
          "cfg",
          "check",
          "transfer",
          "explore",
          "");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageHasItsFloor() {
    var seen = new TreeSet<String>();
    CLASSES.forEach(c -> seen.add(floorName(c)));
    assertEquals(new TreeSet<>(ORDER), seen);
  }

  @Test
  void nothingUsesWhatStandsAboveIt() {
    var climbing = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass used = dependency.getTargetClass().getBaseComponentType();
        if (used.getPackageName().startsWith(ROOT) && floor(used) > floor(type)) {
          climbing.add(type.getName() + " uses " + used.getName());
        }
      }
    }
    assertTrue(climbing.isEmpty(), () -> String.join("\n", climbing));
  }

  private static int floor(JavaClass type) {
    return ORDER.indexOf(floorName(type));
  }

  private static String floorName(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }
}
