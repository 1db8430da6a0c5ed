package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.TestRun;
import dev.skep.kernel.TestRunOptions;
import dev.skep.report.input.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;

/** {@code skep kernel prog run PROG data_in FILE …}. */
final class ProgramRun {

  private final Kernel kernel;
  private final Output out;

  ProgramRun(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(Words words) throws IOException {
    try (KernelProgram program = References.program(kernel, words)) {
      run(program, words);
    }
  }

  private void run(KernelProgram program, Words words) throws IOException {
    TestRunOptions options = TestRunOptions.NONE;
    Path dataOut = null;
    Path contextOut = null;
    int dataSize = Integer.MAX_VALUE;
    int contextSize = Integer.MAX_VALUE;
    while (words.hasNext()) {
      String word = words.next("an option");
      switch (word) {
        case "data_in" -> options = options.withData(file(words));
        case "ctx_in" -> options = options.withContext(file(words));
        case "repeat" -> options = options.withRepeat(words.integer("how often"));
        case "live_frames" -> options = options.withLiveFrames(words.integer("how many at once"));
        case "cpu" -> options = options.onCpu(words.integer("a CPU's number"));
        case "data_size_out" -> dataSize = words.integer("a size");
        case "ctx_size_out" -> contextSize = words.integer("a size");
        case "data_out" -> dataOut = Path.of(words.next("a file"));
        case "ctx_out" -> contextOut = Path.of(words.next("a file"));
        default ->
            throw CommandFailure.usage(
                "unknown option '"
                    + word
                    + "'; there are data_in, data_out, data_size_out, ctx_in, ctx_out,"
                    + " ctx_size_out, repeat, cpu and live_frames");
      }
    }
    TestRun run = program.testRun(options);
    if (dataOut != null) {
      Files.write(dataOut, cut(run.dataOut().toArray(), dataSize));
    }
    if (contextOut != null) {
      Files.write(contextOut, cut(run.ctxOut().toArray(), contextSize));
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("retval", Integer.toUnsignedLong(run.retval()));
    json.put("duration", run.durationNanos());
    if (dataOut == null && run.dataOut().size() > 0) {
      json.put("data_out", Output.hexList(cut(run.dataOut().toArray(), dataSize)));
    }
    if (contextOut == null && run.ctxOut().size() > 0) {
      json.put("ctx_out", Output.hexList(cut(run.ctxOut().toArray(), contextSize)));
    }
    out.print(
        json,
        "Return value: %d, duration%s: %dns"
            .formatted(
                Integer.toUnsignedLong(run.retval()),
                options.repeat() > 1 ? " (average)" : "",
                run.durationNanos()));
  }

  /** More than any context or packet has, in bytes. */
  private static final int MAX_DATA = 16 << 20;

  private static byte[] file(Words words) {
    return InputFile.read(Path.of(words.next("a file")), MAX_DATA);
  }

  private static byte[] cut(byte[] bytes, int size) {
    return Arrays.copyOf(bytes, Math.min(bytes.length, Math.max(0, size)));
  }
}
