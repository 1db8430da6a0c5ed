package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.Profile;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.observe.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the program, what is told of its paths fits together, and changes no verdict. */
class StepsFollowTest {

  private static final List<Profile> PROFILES =
      List.of(
          Profile.DEFAULT,
          Profile.DEFAULT.withVersion(KernelVersion.parse("6.1")),
          new Profile(KernelVersion.parse("6.18"), null, 2, false));

  @Property(tries = 150)
  void eachStepStartsWhereThePathsLastOneEnded(
      @ForAll long seed, @ForAll @IntRange(max = 2) int which) {
    Profile profile = PROFILES.get(which);
    Small.Told told = Small.tell(Small.program(SmallGenerator.generate(seed)), profile, 0);
    Map<Integer, State> states = new HashMap<>();
    Map<Integer, Integer> pcs = new HashMap<>();
    Map<Integer, Event.Side> waiting = new HashMap<>();
    Set<Integer> kept = new HashSet<>();
    int ended = 0;
    int taken = 0;
    for (Event event : told.events()) {
      switch (event) {
        case Event.PathTaken path -> {
          taken++;
          Event.Side side = waiting.remove(path.path());
          if (side != null) {
            assertEquals(side.state(), path.state());
            assertEquals(side.pc(), path.pc());
          } else {
            assertEquals(-1, path.previousPc(), "a path that no branch told of");
          }
          states.put(path.path(), path.state());
          pcs.put(path.path(), path.pc());
        }
        case Event.Kept checkpoint -> {
          kept.add(checkpoint.path());
          assertEquals(known(states, checkpoint.path()).withoutPrecision(), checkpoint.state());
        }
        case Event.Step step -> {
          State last = known(states, step.path());
          boolean between = kept.remove(step.path());
          assertEquals(between ? last.withoutPrecision() : last, step.before());
          assertEquals(pcs.get(step.path()), step.pc());
          states.put(step.path(), step.after());
          pcs.put(step.path(), step.next());
        }
        case Event.Branch branch -> {
          assertTrue(!branch.sides().isEmpty());
          branch.sides().stream()
              .filter(side -> side.path() != branch.path())
              .forEach(side -> waiting.put(side.path(), side));
        }
        case Event.Pruned pruned -> assertEquals(states.get(pruned.path()), pruned.current());
        case Event.PathEnded end -> ended++;
        case Event.Budget budget ->
            assertEquals(
                budget.processed(), budget.visits().stream().mapToInt(Integer::intValue).sum());
        case Event.Refused refused -> {
          State last = known(states, refused.path());
          assertEquals(last.withoutPrecision(), refused.before().withoutPrecision());
        }
        case Event.NearMiss miss -> {}
        case Event.InfiniteLoop loop -> {}
        case Event.Loop loop -> {}
        case Event.PrecisionChain chain -> {}
        case Event.SubprogramEntered in -> {}
        case Event.SubprogramLeft out -> {}
        case Event.GlobalAssumed global -> {}
        case Event.GlobalStarted global -> {}
        case Event.GlobalValidated global -> {}
      }
    }
    if (told.verdict() instanceof Verdict.Accepted) {
      assertEquals(taken, ended);
      assertTrue(waiting.isEmpty());
    }
  }

  private static State known(Map<Integer, State> states, int path) {
    State state = states.get(path);
    assertNotNull(state, "a path that was not taken up");
    return state;
  }

  @Property(tries = 60)
  void anObserverChangesNothing(@ForAll long seed, @ForAll @IntRange(max = 2) int which) {
    var program = Small.program(SmallGenerator.generate(seed));
    Verdict alone = Verifier.verify(program, PROFILES.get(which), 2);
    Verdict observed = Small.tell(program, PROFILES.get(which), 2).verdict();
    assertEquals(alone.log(), observed.log());
    assertEquals(alone.getClass(), observed.getClass());
    assertEquals(
        Small.tell(program, PROFILES.get(which), 0).events(),
        Small.tell(program, PROFILES.get(which), 2).events(),
        "what is told depends on the log's level");
  }
}
