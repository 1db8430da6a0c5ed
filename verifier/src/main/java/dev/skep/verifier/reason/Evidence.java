package dev.skep.verifier.reason;

import dev.skep.object.MapSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.observe.State;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import java.util.List;

/**
 * What the verifier held in its hands when it refused a program. States and registers are those of
 * the path at that moment; offsets and sizes are bytes, instructions are slots.
 */
public sealed interface Evidence {

  /** The register that cannot be used this way, of the frame at hand, and what it holds. */
  record Register(int number, Reg value) implements Evidence {}

  /**
   * An access to memory.
   *
   * @param register the pointer's register
   * @param pointer what it holds; its kind says what memory this is
   * @param first lowest offset from where the pointer's object starts that the access may begin at;
   *     on the stack, from the frame pointer down
   * @param last highest such offset; {@code first} if the offset is known
   * @param size bytes accessed
   * @param known how many bytes from the object's start may be accessed: its size, or for a packet
   *     what was compared with its end; -1 if there is no such limit
   */
  record Memory(int register, Reg pointer, long first, long last, long size, long known)
      implements Evidence {}

  /**
   * An argument of a call.
   *
   * @param function what is called, as the kernel names it; empty if it has no name
   * @param number from 1, as registers count
   * @param got what is passed
   * @param expected what the function takes, in the kernel's words
   */
  record Argument(String function, int number, Reg got, String expected) implements Evidence {}

  /** A call that cannot be made: a helper, kernel function, or function of the program. */
  record Call(String function) implements Evidence {}

  /**
   * Something that the path holds: a reference, lock, or interrupt state, and who took it where.
   */
  record Resource(Reference held) implements Evidence {}

  /**
   * A state that a loop came back to.
   *
   * @param earlier when the path was at the instruction before
   * @param now when it comes there again
   */
  record Loop(State earlier, State now) implements Evidence {}

  /** A number that is not in the range in which it must be, both ends included. */
  record Range(int register, ScalarRange value, long min, long max) implements Evidence {}

  /**
   * A limit that is exceeded.
   *
   * @param what is counted: {@code instructions}, {@code bytes of stack}, …
   */
  record Limit(String what, long used, long limit) implements Evidence {}

  /** Functions that call each other, by their first instructions, and the stack of each. */
  record Chain(List<Integer> starts, List<Integer> bytes) implements Evidence {
    public Chain {
      starts = List.copyOf(starts);
      bytes = List.copyOf(bytes);
    }
  }

  /** A jump or call, and where it goes. */
  record Edge(int from, int to) implements Evidence {}

  /** A place in a structure or value: its name, that of the field there if there is one, where. */
  record Field(String type, String field, long offset) implements Evidence {}

  /** The map that the instruction works on. */
  record Map(MapSpec map) implements Evidence {}

  /** What the program attaches to. */
  record Attach(String target) implements Evidence {}

  /** What the loader found out about this instruction, when it made it one that must not run. */
  record Poisoned(Diagnostic finding) implements Evidence {}
}
