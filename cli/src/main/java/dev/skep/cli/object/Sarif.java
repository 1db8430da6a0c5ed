package dev.skep.cli.object;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.verifier.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Findings as SARIF 2.1.0, which code review tools show beside the source. */
final class Sarif {

  private Sarif() {}

  /**
   * The findings of a run.
   *
   * @param kernel the one that was asked about
   */
  static Map<String, @Nullable Object> of(
      List<LintCommand.Finding> findings, KernelVersion kernel) {
    var results = new ArrayList<Object>();
    var rules = new TreeSet<String>();
    for (LintCommand.Finding finding : findings) {
      if (!(finding.verdict() instanceof Verdict.Accepted)) {
        Diagnostic diagnostic = LintCommand.diagnostic(finding.verdict());
        rules.add(diagnostic.rule());
        results.add(result(finding, diagnostic));
      }
    }
    Map<String, Object> driver =
        map("name", "skep", "rules", rules.stream().map(rule -> map("id", rule)).toList());
    Map<String, Object> run =
        map(
            "tool",
            map("driver", driver),
            "results",
            results,
            "properties",
            map("kernel", kernel.toString()));
    var log = new LinkedHashMap<String, @Nullable Object>();
    log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.put("version", "2.1.0");
    log.put("runs", List.of(run));
    return log;
  }

  private static Object result(LintCommand.Finding finding, Diagnostic diagnostic) {
    var text = new StringBuilder(finding.program().name() + ": " + diagnostic.message());
    diagnostic.notes().forEach(note -> text.append('\n').append(note));
    diagnostic.help().forEach(help -> text.append('\n').append(help));
    return map(
        "ruleId",
        diagnostic.rule(),
        "level",
        finding.verdict() instanceof Verdict.Rejected ? "error" : "warning",
        "message",
        map("text", text.toString()),
        "locations",
        List.of(map("physicalLocation", place(finding, diagnostic.location()))));
  }

  private static Map<String, Object> place(LintCommand.Finding finding, Location location) {
    Location.Source source = location.source();
    if (source == null || source.line() < 1) {
      return map("artifactLocation", map("uri", finding.file().toString()));
    }
    Map<String, Object> region = map("startLine", source.line());
    if (source.column() > 0) {
      region.put("startColumn", source.column());
    }
    return map("artifactLocation", map("uri", source.file()), "region", region);
  }

  private static Map<String, Object> map(Object... keysAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
