package dev.skep.report.format;

import dev.skep.report.FileReport;
import dev.skep.report.Neighbours;
import dev.skep.report.Problem;
import dev.skep.report.ProgramReport;
import dev.skep.report.Report;
import dev.skep.report.text.DiagnosticPrinter;
import dev.skep.report.text.Json;
import dev.skep.verifier.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For scripts: an object; for several kernels a list of such. */
public final class JsonFormat implements ReportFormat {

  @Override
  public void end(Report report, PrintWriter out) {
    List<Map<String, @Nullable Object>> kernels = new ArrayList<>();
    for (int i = 0; i < report.kernels().size(); i++) {
      kernels.add(json(report, i));
    }
    out.println(Json.pretty(kernels.size() == 1 ? kernels.getFirst() : kernels));
  }

  private static Map<String, @Nullable Object> json(Report report, int kernel) {
    var programs = new ArrayList<Object>();
    var unreadable = new ArrayList<Object>();
    for (FileReport file : report.files()) {
      FileReport.Answer answer = file.answers().get(kernel);
      answer.programs().forEach(program -> programs.add(json(file.file(), program)));
      Problem problem = answer.problem();
      if (problem != null) {
        unreadable.add(problem.message());
      }
    }
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("kernel", report.kernels().get(kernel).toString());
    json.put("programs", programs);
    json.put("unreadable", unreadable);
    return json;
  }

  private static Map<String, @Nullable Object> json(Path file, ProgramReport program) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("file", file.toString());
    json.put("program", program.program().name());
    json.put("section", program.program().section());
    json.put("type", program.program().type().kernelName());
    put(program.verdict(), json);
    if (program.verdict() instanceof Verdict.Accepted && !program.findings().isEmpty()) {
      json.put("findings", program.findings().stream().map(DiagnosticPrinter::json).toList());
    }
    if (program.neighbours() != null) {
      json.put("verdict", "not checked");
      var neighbours = new ArrayList<Object>();
      for (Neighbours.Answer answer : program.neighbours().answers()) {
        var one = new LinkedHashMap<String, @Nullable Object>();
        one.put("kernel", answer.kernel().toString());
        put(answer.verdict(), one);
        neighbours.add(one);
      }
      json.put("neighbours", neighbours);
    }
    return json;
  }

  private static void put(Verdict verdict, Map<String, @Nullable Object> json) {
    switch (verdict) {
      case Verdict.Accepted _ -> json.put("verdict", "accepted");
      case Verdict.Rejected rejected -> {
        json.put("verdict", "rejected");
        json.put("errno", rejected.errno());
        json.put("message", rejected.message());
        json.put("diagnostic", DiagnosticPrinter.json(rejected.diagnostic()));
      }
      case Verdict.NotModelled unknown -> {
        json.put("verdict", "not modelled");
        json.put("what", unknown.what());
        json.put("diagnostic", DiagnosticPrinter.json(unknown.diagnostic()));
      }
    }
    json.put("processed", verdict.statistics().processed());
  }
}
