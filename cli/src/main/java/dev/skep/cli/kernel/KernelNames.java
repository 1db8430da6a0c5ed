package dev.skep.cli.kernel;

import dev.skep.isa.Names;
import dev.skep.kernel.ProgramSource;
import dev.skep.object.RunningKernel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names in translated instructions: the verifier has put the distance from {@code __bpf_call_base}
 * into calls of helpers, and ids of maps into their loads.
 */
final class KernelNames implements Names {

  private static final int MAP_FD = 1;
  private static final int MAP_VALUE = 2;
  private static final int FUNCTION = 4;

  private final ProgramSource source;
  private @Nullable Map<Long, String> byAddress;
  private long base;

  KernelNames(ProgramSource source) {
    this.source = source;
  }

  private @Nullable String symbol(long distance) {
    Map<Long, String> known = byAddress;
    if (known == null) {
      known = new HashMap<>();
      Map<String, Long> symbols = RunningKernel.symbols();
      base = symbols.getOrDefault("__bpf_call_base", 0L);
      for (Map.Entry<String, Long> symbol : symbols.entrySet()) {
        known.merge(symbol.getValue(), symbol.getKey(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
      }
      byAddress = known;
    }
    return base == 0 ? null : known.get(base + distance);
  }

  @Override
  public @Nullable String helper(int id) {
    return symbol(id);
  }

  @Override
  public @Nullable String kfunc(int pc, int btfId, int module) {
    return symbol(btfId);
  }

  @Override
  public @Nullable String wide(int pc, int kind, long value) {
    return switch (kind) {
      case MAP_FD -> "map[id:%d]".formatted((int) value);
      case MAP_VALUE -> "map[id:%d][0]+%d".formatted((int) value, value >>> 32);
      case FUNCTION -> function(pc + (int) value + 1);
      default -> null;
    };
  }

  private String function(int pc) {
    for (ProgramSource.Function function : source.functions()) {
      if (function.pc() == pc) {
        return "subprog[%s]".formatted(function.name());
      }
    }
    return "subprog[%d]".formatted(pc);
  }
}
