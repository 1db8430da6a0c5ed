package dev.skep.cli.kernel;

import dev.skep.catalog.MapType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.PerfBufferReader;
import dev.skep.kernel.RingBufferReader;
import dev.skep.object.Bytes;
import java.time.Duration;
import java.util.LinkedHashMap;

/**
 * {@code skep kernel map event_pipe MAP [count N]}: prints what programs send to a perf event array
 * or a ring buffer, until interrupted or so many have come.
 */
final class EventPipe {

  private static final int PAGES = 16;
  private static final Duration FOREVER = Duration.ofSeconds(-1);

  private final Kernel kernel;
  private final Output out;

  EventPipe(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(Words words) {
    try (KernelMap map = References.map(kernel, words)) {
      long count = words.take("count") ? words.number("how many events") : Long.MAX_VALUE;
      if (words.peek().equals("cpu") || words.peek().equals("index")) {
        throw CommandFailure.usage("cpu and index are not taken: all CPUs' events are shown");
      }
      words.end();
      switch (map.type()) {
        case PERF_EVENT_ARRAY -> perf(map, count);
        case RINGBUF -> ring(map, count);
        default ->
            throw CommandFailure.usage(
                "events come from maps of type "
                    + MapType.PERF_EVENT_ARRAY.kernelName()
                    + " and "
                    + MapType.RINGBUF.kernelName()
                    + ", and this is a "
                    + map.type().kernelName());
      }
    }
  }

  private void perf(KernelMap map, long count) {
    try (PerfBufferReader reader = map.perfBuffer(PAGES)) {
      long lost = 0;
      for (long i = 0; i < count; i++) {
        PerfBufferReader.Sample sample = reader.next(FOREVER);
        if (sample == null) {
          return;
        }
        if (reader.lost() > lost) {
          out.note("lost %d events".formatted(reader.lost() - lost));
          lost = reader.lost();
        }
        print(sample.data(), sample.cpu());
      }
    }
  }

  private void ring(KernelMap map, long count) {
    try (RingBufferReader reader = map.ringBuffer()) {
      for (long i = 0; i < count; i++) {
        Bytes event = reader.next(FOREVER);
        if (event == null) {
          return;
        }
        print(event, -1);
      }
    }
  }

  private void print(Bytes event, int cpu) {
    var json = new LinkedHashMap<String, Object>();
    if (cpu >= 0) {
      json.put("cpu", cpu);
    }
    json.put("data", Output.hexList(event.toArray()));
    out.print(
        json,
        "== %s%d bytes: %s"
            .formatted(
                cpu >= 0 ? "CPU " + cpu + ", " : "", event.size(), Output.hex(event.toArray())));
  }
}
