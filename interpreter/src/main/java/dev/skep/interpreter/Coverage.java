package dev.skep.interpreter;

import dev.skep.object.LineInfo;
import dev.skep.runtime.LinkedProgram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** How often each instruction of a program was executed. Safe for use by several threads. */
public final class Coverage {

  private final LinkedProgram program;
  private final AtomicLongArray counts;

  Coverage(LinkedProgram program) {
    this.program = program;
    this.counts = new AtomicLongArray(program.size() + 1);
  }

  void count(int pc) {
    counts.incrementAndGet(Math.min(pc, program.size()));
  }

  /** How often each slot's instruction was executed; the second slot of a wide one is 0. */
  public long[] counts() {
    long[] copy = new long[program.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts.get(i);
    }
    return copy;
  }

  /** Instructions that were executed at least once. */
  public int covered() {
    int covered = 0;
    for (int pc = 0; pc < program.size(); pc++) {
      covered += counts.get(pc) > 0 ? 1 : 0;
    }
    return covered;
  }

  /** Instructions that the program has. */
  public int instructions() {
    int all = 0;
    for (int pc = 0; pc < program.size(); pc++) {
      all += program.instruction(pc) != null ? 1 : 0;
    }
    return all;
  }

  /** By source line ({@code file:line}): how often its most frequent instruction was executed. */
  public Map<String, Long> lines() {
    Map<String, Long> lines = new LinkedHashMap<>();
    for (int pc = 0; pc < program.size(); pc++) {
      LineInfo line = program.lineAt(pc);
      if (line != null && program.instruction(pc) != null) {
        lines.merge(line.file() + ":" + line.line(), counts.get(pc), Math::max);
      }
    }
    return lines;
  }
}
