package dev.skep.verifier.explain;

import dev.skep.object.MapSpec;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import java.util.stream.Collectors;

/** One piece of evidence as a line for a reader; registers in the log's own words. */
final class EvidenceText {

  private EvidenceText() {}

  static String of(Evidence evidence) {
    return switch (evidence) {
      case Evidence.Register(int number, Reg value) -> "R" + number + " is " + text(value);
      case Evidence.Memory memory -> memory(memory);
      case Evidence.Argument argument -> argument(argument);
      case Evidence.Call(String function) -> "the call is of " + function;
      case Evidence.Resource(Reference held) -> resource(held);
      case Evidence.Loop loop ->
          "nothing that the verifier keeps has changed since this path was here before";
      case Evidence.Range(int register, ScalarRange value, long min, long max) ->
          "R%d is %s, and must be %s".formatted(register, between(value), between(min, max));
      case Evidence.Limit(String what, long used, long limit) ->
          used + " " + what + ", and the limit is " + limit;
      case Evidence.Chain chain -> chain(chain);
      case Evidence.Edge(int from, int to) -> "from instruction " + from + " to " + to;
      case Evidence.Field(String type, String field, long offset) ->
          (field.isEmpty() ? type : field + " of " + type) + ", at offset " + offset;
      case Evidence.Map(MapSpec map) ->
          "map '" + map.name() + "' of type " + map.type().kernelName();
      case Evidence.Attach(String target) -> "the target is " + target;
      case Evidence.Poisoned poisoned -> poisoned.finding().message();
    };
  }

  private static String text(Reg reg) {
    String text = StatePrinter.register(0, reg);
    return text.isEmpty() ? "not written" : text;
  }

  private static String memory(Evidence.Memory memory) {
    StringBuilder text = new StringBuilder("R" + memory.register() + " is ");
    text.append(text(memory.pointer())).append("; ").append(memory.size()).append(" bytes at ");
    if (memory.first() == memory.last()) {
      text.append("offset ").append(memory.first());
    } else {
      text.append("an offset ").append(between(memory.first(), memory.last()));
    }
    if (memory.known() >= 0) {
      text.append(", and ").append(memory.known()).append(" bytes are known to be there");
    }
    return text.toString();
  }

  private static String argument(Evidence.Argument argument) {
    String callee = argument.function().isEmpty() ? "" : " of " + argument.function();
    String takes = argument.expected().isEmpty() ? "" : "; it takes " + argument.expected();
    return "argument %d%s is %s%s"
        .formatted(argument.number(), callee, text(argument.got()), takes);
  }

  private static String resource(Reference held) {
    String what =
        switch (held.kind()) {
          case PTR -> "reference " + held.id() + " was acquired";
          case IRQ -> "interrupts were disabled";
          case LOCK, RES_LOCK, RES_LOCK_IRQ -> "the lock was taken";
        };
    return what + " at instruction " + held.pc();
  }

  private static String chain(Evidence.Chain chain) {
    return "bytes of stack by function, from the outermost in: "
        + chain.bytes().stream().map(String::valueOf).collect(Collectors.joining(" + "));
  }

  private static String between(ScalarRange value) {
    return between(value.smin(), value.smax());
  }

  /** Ends that no check has set are left out. */
  private static String between(long min, long max) {
    boolean low = min > Long.MIN_VALUE / 4;
    boolean high = max < Long.MAX_VALUE / 4;
    if (low && high) {
      return min == max ? String.valueOf(min) : "from " + min + " to " + max;
    }
    return low ? "of " + min + " or more" : high ? "of " + max + " or less" : "of any value";
  }
}
