package dev.skep.verifier.reason;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The list of reasons: complete, each in use, and the page that is written from it. */
class ReasonTest {

  private static final Path PAGE = Path.of("../docs/lint-rules.md");
  private static final String BEGIN = "<!-- The verifier's rules: written from Reason -->";
  private static final String END = "<!-- End of the verifier's rules -->";

  @ParameterizedTest
  @EnumSource
  void saysWhatAndHow(Reason reason) {
    assertTrue(reason.id().matches("verifier/[a-z0-9]+(-[a-z0-9]+)*"), reason.id());
    for (String text : List.of(reason.cause(), reason.help())) {
      assertTrue(text.matches("\\S.*[^\\s.:,]"), text);
      assertFalse(Character.isUpperCase(text.charAt(0)) && !Character.isUpperCase(text.charAt(1)));
    }
    assertTrue(reason.documentation().startsWith("docs/lint-rules.md#"), reason::documentation);
  }

  @Test
  void noTwoAreTheSame() {
    Set<String> ids = new HashSet<>();
    Set<String> causes = new HashSet<>();
    for (Reason reason : Reason.values()) {
      assertTrue(ids.add(reason.id()), reason::id);
      assertTrue(causes.add(reason.cause()), reason::id);
    }
  }

  @Test
  void eachIsGivenSomewhere() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.skep.verifier");
    Set<String> given =
        classes.stream()
            .filter(c -> !c.isEquivalentTo(Reason.class))
            .flatMap(c -> c.getFieldAccessesFromSelf().stream())
            .map(JavaFieldAccess::getTarget)
            .filter(field -> field.getOwner().isEquivalentTo(Reason.class))
            .map(field -> field.getName())
            .collect(Collectors.toSet());
    Set<Reason> unused = EnumSet.allOf(Reason.class);
    unused.removeIf(reason -> given.contains(reason.name()));
    assertEquals(Set.of(), unused);
  }

  /** With the property {@code skep.write-docs} the page is written anew instead. */
  @Test
  void thePageIsUpToDate() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    assertTrue(0 <= from && from < to, "the page has no place for the rules");
    String wanted = page.substring(0, from) + BEGIN + "\n" + rules() + page.substring(to);
    if (System.getProperty("skep.write-docs") != null) {
      Files.writeString(PAGE, wanted);
    }
    assertEquals(wanted, Files.readString(PAGE));
  }

  private static String rules() {
    List<String> lines = new ArrayList<>();
    for (Category category : Category.values()) {
      lines.add("");
      lines.add("### " + category.title());
      lines.add("");
      lines.add("| rule | cause | what to do |");
      lines.add("|---|---|---|");
      for (Reason reason : Reason.values()) {
        if (reason.category() == category) {
          lines.add(
              "| <a id=\"%s\"></a>`%s` | %s | %s |"
                  .formatted(
                      reason.id().substring(reason.id().indexOf('/') + 1),
                      reason.id(),
                      cell(reason.cause()),
                      cell(reason.help())));
        }
      }
    }
    lines.add("");
    return String.join("\n", lines) + "\n";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
