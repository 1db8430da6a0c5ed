package dev.skep.report.format;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.report.FileReport;
import dev.skep.report.ProgramReport;
import dev.skep.report.Report;
import dev.skep.report.text.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** SARIF 2.1.0, which code review tools show beside the source; a run for each kernel. */
public final class SarifFormat implements ReportFormat {

  @Override
  public void end(Report report, PrintWriter out) {
    var runs = new ArrayList<Object>();
    for (int i = 0; i < report.kernels().size(); i++) {
      runs.add(run(report, i));
    }
    out.println(
        Json.pretty(
            map(
                "$schema",
                "https://json.schemastore.org/sarif-2.1.0.json",
                "version",
                "2.1.0",
                "runs",
                runs)));
  }

  private static Object run(Report report, int kernel) {
    var results = new ArrayList<Object>();
    var rules = new TreeSet<String>();
    for (FileReport file : report.files()) {
      file.answers()
          .get(kernel)
          .programs()
          .forEach(
              program -> {
                for (Diagnostic finding : program.findings()) {
                  rules.add(finding.rule());
                  results.add(result(file.file(), program, finding));
                }
              });
    }
    Map<String, Object> driver =
        map("name", "skep", "rules", rules.stream().map(rule -> map("id", rule)).toList());
    Map<String, Object> run = map("tool", map("driver", driver));
    String version = report.kernels().get(kernel).toString();
    if (report.kernels().size() > 1) {
      // What tells runs of one tool apart.
      run.put("automationDetails", map("id", "linux/" + version + "/"));
    }
    run.put("results", results);
    run.put("properties", map("kernel", version));
    return run;
  }

  private static Object result(Path file, ProgramReport program, Diagnostic finding) {
    var text = new StringBuilder(program.program().name() + ": " + finding.message());
    finding.notes().forEach(note -> text.append('\n').append(note));
    finding.help().forEach(help -> text.append('\n').append(help));
    return map(
        "ruleId",
        finding.rule(),
        "level",
        level(finding.severity()),
        "message",
        map("text", text.toString()),
        "locations",
        List.of(map("physicalLocation", place(file, finding.location()))));
  }

  private static String level(Diagnostic.Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case NOTE -> "note";
    };
  }

  private static Map<String, Object> place(Path file, Location location) {
    Location.Source source = location.source();
    if (source == null || source.line() < 1) {
      return map("artifactLocation", map("uri", file.toString()));
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
