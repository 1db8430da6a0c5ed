package dev.skep.assembler;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Diagnostic.Severity;
import dev.skep.object.diagnostic.Location;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a text, and stops keeping count at {@link #MAX}. */
final class Problems {

  /** A file with more errors than this has one cause, which the first of them show. */
  static final int MAX = 200;

  private final String file;
  private final List<Diagnostic> found = new ArrayList<>();
  private int errors;

  Problems(String file) {
    this.file = file;
  }

  /** One line and a place in it. */
  record Place(int line, int column, String text) {}

  /** Gives up on the statement that is being read; the next one is read as usual. */
  static final class BadStatement extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Diagnostic diagnostic;

    BadStatement(Diagnostic diagnostic) {
      super(diagnostic.message(), null, false, false);
      this.diagnostic = diagnostic;
    }

    Diagnostic diagnostic() {
      return diagnostic;
    }
  }

  BadStatement bad(String rule, Place place, String message, @Nullable String help) {
    Diagnostic diagnostic = Diagnostic.error("assembler/" + rule, location(place), message);
    return new BadStatement(help == null ? diagnostic : diagnostic.withHelp(help));
  }

  void error(String rule, Place place, String message, @Nullable String help) {
    add(bad(rule, place, message, help).diagnostic());
  }

  void warning(String rule, Place place, String message) {
    add(Diagnostic.warning("assembler/" + rule, location(place), message));
  }

  void add(Diagnostic diagnostic) {
    if (diagnostic.severity() == Severity.ERROR && errors++ >= MAX) {
      return;
    }
    found.add(diagnostic);
  }

  boolean tooMany() {
    return errors > MAX;
  }

  boolean hasErrors() {
    return errors > 0;
  }

  List<Diagnostic> all() {
    List<Diagnostic> all = new ArrayList<>(found);
    all.sort(
        (a, b) -> {
          int byLine = Integer.compare(line(a), line(b));
          return byLine != 0 ? byLine : Integer.compare(column(a), column(b));
        });
    if (tooMany()) {
      all.add(
          Diagnostic.error(
              "assembler/too-many-errors",
              Location.inFile(file),
              "there are more than " + MAX + " errors; the rest of the file was not read"));
    }
    return all;
  }

  private static int line(Diagnostic diagnostic) {
    Location.Source source = diagnostic.location().source();
    return source == null ? Integer.MAX_VALUE : source.line();
  }

  private static int column(Diagnostic diagnostic) {
    Location.Source source = diagnostic.location().source();
    return source == null ? 0 : source.column();
  }

  private Location location(Place place) {
    return Location.inText(file, place.line(), place.column(), place.text());
  }
}
