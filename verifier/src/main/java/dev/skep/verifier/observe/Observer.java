package dev.skep.verifier.observe;

import java.util.EnumSet;
import java.util.Set;

/**
 * Is told what the walk does, while it does it.
 *
 * <p>Events come on the thread that called {@link dev.skep.verifier.Verifier#verify}, in the order
 * in which things happen. What an instruction sets off (a chain of precision marks, a call) comes
 * before the {@link Event.Step} that tells of the instruction as a whole. What the observer throws
 * goes through to the caller.
 */
@FunctionalInterface
public interface Observer {

  /** Asks for nothing. */
  Observer NONE =
      new Observer() {
        @Override
        public void on(Event event) {}

        @Override
        public Set<Interest> interests() {
          return EnumSet.noneOf(Interest.class);
        }
      };

  /** Something happened. The event is immutable and may be kept. */
  void on(Event event);

  /** What is asked for: all, unless it says otherwise. Asked once, before the walk. */
  default Set<Interest> interests() {
    return EnumSet.allOf(Interest.class);
  }
}
