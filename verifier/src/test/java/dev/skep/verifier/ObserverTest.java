package dev.skep.verifier;

import static dev.skep.verifier.Small.EXIT;
import static dev.skep.verifier.Small.LOOP_HELPER;
import static dev.skep.verifier.Small.RANDOM;
import static dev.skep.verifier.Small.alu;
import static dev.skep.verifier.Small.copy;
import static dev.skep.verifier.Small.fill;
import static dev.skep.verifier.Small.function;
import static dev.skep.verifier.Small.jump;
import static dev.skep.verifier.Small.mov;
import static dev.skep.verifier.Small.program;
import static dev.skep.verifier.Small.spill;
import static dev.skep.verifier.Small.tell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.object.FunctionInfo;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.observe.Change;
import dev.skep.verifier.observe.Covered;
import dev.skep.verifier.observe.Difference;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.observe.Interest;
import dev.skep.verifier.observe.Observer;
import dev.skep.verifier.observe.Place;
import dev.skep.verifier.observe.State;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told of small programs, in which order. */
class ObserverTest {

  private static final Profile PROFILE = Profile.DEFAULT;

  static final ProgramSpec BRANCH =
      program(
          RANDOM, // 0
          jump(JumpOp.JGT, 0, 5, 1), // 1
          mov(0, 0), // 2
          EXIT); // 3

  static final ProgramSpec LOOP =
      program(
          mov(0, 0), // 0
          alu(AluOp.ADD, 0, 1), // 1
          jump(JumpOp.JLT, 0, 10, -2), // 2
          EXIT);

  /** Every place where states are compared keeps one. */
  private static ProgramSpec eager(Instruction... code) {
    return program(code).toBuilder().flags(ProgramSpec.F_TEST_STATE_FREQ).build();
  }

  /** r6 is 1 or 2 where the paths meet, and nobody leans on it; r7 is the same on both. */
  static final ProgramSpec PRUNED =
      eager(
          RANDOM, // 0
          mov(7, 3), // 1
          mov(6, 1), // 2
          jump(JumpOp.JGT, 0, 5, 1), // 3
          mov(6, 2), // 4
          mov(0, 0), // 5
          alu(AluOp.ADD, 0, Operand.reg(6)), // 6
          alu(AluOp.ADD, 0, Operand.reg(7)), // 7
          alu(AluOp.AND, 0, 1), // 8
          EXIT); // 9

  /** As before, but r6 is added to the frame pointer behind the meeting point. */
  static final ProgramSpec NEAR_MISS =
      eager(
          RANDOM, // 0
          mov(6, -8), // 1
          mov(1, 0), // 2
          jump(JumpOp.JGT, 0, 5, 1), // 3
          mov(6, -16), // 4
          mov(0, 0), // 5
          spill(-8, 0), // 6
          spill(-16, 0), // 7
          copy(2, 10), // 8
          alu(AluOp.ADD, 2, Operand.reg(6)), // 9
          new Instruction.Load(dev.skep.isa.MemorySize.DW, false, 0, 2, 0), // 10
          EXIT); // 11

  static final ProgramSpec CALL =
      program(
          mov(1, 7), // 0
          new Instruction.CallLocal(1), // 1
          EXIT, // 2
          copy(0, 1), // 3
          alu(AluOp.ADD, 0, 1), // 4
          EXIT); // 5

  static final ProgramSpec CALLBACK =
      program(
          mov(1, 2), // 0
          function(2, 6), // 1, 2
          mov(3, 0), // 3
          mov(4, 0), // 4
          LOOP_HELPER, // 5
          mov(0, 0), // 6
          EXIT, // 7
          mov(0, 0), // 8
          EXIT); // 9

  static final ProgramSpec REFUSED = program(mov(2, 1), copy(0, 3), EXIT);

  /** {@code int helper(int x)}, global, and a main program that calls it. */
  static ProgramSpec global() {
    BtfBuilder btf = new BtfBuilder();
    int number = btf.add(BtfType.Int.signed("int", 4));
    int pointer =
        btf.add(new BtfType.Ptr(btf.add(new BtfType.Struct("__sk_buff", false, 0, List.of()))));
    int main = btf.add(new BtfType.FuncProto(number, List.of(new BtfType.Param("ctx", pointer))));
    int proto = btf.add(new BtfType.FuncProto(number, List.of(new BtfType.Param("x", number))));
    int first = btf.add(new BtfType.Func("start", main, BtfType.Linkage.GLOBAL));
    int second = btf.add(new BtfType.Func("helper", proto, BtfType.Linkage.GLOBAL));
    return program(
            mov(1, 7), // 0
            new Instruction.CallLocal(2), // 1
            mov(0, 0), // 2
            EXIT, // 3
            copy(0, 1), // 4
            EXIT) // 5
        .toBuilder()
        .btf(btf.build())
        .functions(List.of(new FunctionInfo(0, first), new FunctionInfo(4, second)))
        .build();
  }

  @Test
  void aBranchTellsWhatEachSideLearned() {
    Small.Told told = tell(BRANCH);
    assertEquals(
        List.of(
            "PathTaken",
            "Step",
            "Branch",
            "Step",
            "Step",
            "Step",
            "PathEnded",
            "PathTaken",
            "Step",
            "PathEnded",
            "Budget"),
        told.kinds(
            Event.PathTaken.class,
            Event.Step.class,
            Event.Branch.class,
            Event.PathEnded.class,
            Event.Budget.class));
    Event.Branch branch = told.only(Event.Branch.class);
    assertEquals(1, branch.pc());
    assertEquals(2, branch.sides().size());
    Event.Side fallsThrough = branch.sides().get(0);
    Event.Side taken = branch.sides().get(1);
    assertEquals(List.of(0, 2), List.of(fallsThrough.path(), fallsThrough.pc()));
    assertEquals(List.of(1, 3), List.of(taken.path(), taken.pc()));
    Change.OfRegister low =
        assertInstanceOf(Change.OfRegister.class, fallsThrough.learned().getFirst());
    assertEquals(1, fallsThrough.learned().size());
    assertEquals(new Place.Register(0, 0), low.place());
    assertEquals(-1L, low.before().range().umax());
    assertEquals(5, low.after().range().umax());
    assertEquals(6, taken.state().register(0).range().umin());
  }

  @Test
  void aStepHasTheStatesAroundIt() {
    Small.Told told = tell(BRANCH);
    Event.Step step = told.all(Event.Step.class).get(2);
    assertEquals(2, step.number());
    assertEquals(mov(0, 0), step.instruction());
    assertEquals(5, step.before().register(0).range().umax());
    assertEquals(Reg.constant(0), step.after().register(0));
    assertEquals(1, step.touchedRegisters());
    assertEquals(0, step.touchedSlots());
    assertEquals(3, step.next());
    Event.Step exit = told.all(Event.Step.class).get(3);
    assertEquals(-1, exit.next());
    assertSame(step.after(), exit.before(), "what did not change is shared");
    assertEquals(new Event.PathEnded(0, 3, Event.End.EXIT), told.all(Event.PathEnded.class).get(0));
  }

  @Test
  void theBudgetIsCountedByInstruction() {
    Event.Budget budget = tell(LOOP).only(Event.Budget.class);
    assertEquals(List.of(1, 10, 10, 1), budget.visits());
    assertEquals(22, budget.processed());
    assertEquals(1_000_000, budget.limit());
  }

  @Test
  void aKnownOutcomeIsABranchWithOneSide() {
    List<Event.Branch> branches = tell(LOOP).all(Event.Branch.class);
    assertEquals(10, branches.size());
    assertEquals(1, branches.getFirst().sides().getFirst().pc());
    assertEquals(3, branches.getLast().sides().getFirst().pc());
    branches.forEach(branch -> assertEquals(1, branch.sides().size()));
  }

  @Test
  void aPrunedPathTellsWhyEachPlaceIsCovered() {
    Small.Told told = tell(PRUNED);
    Event.Pruned pruned = told.only(Event.Pruned.class);
    assertEquals(5, pruned.pc());
    assertEquals(1, pruned.path());
    assertEquals(
        List.of(Covered.Because.NOT_PRECISE, Covered.Because.NOT_PRECISE),
        List.of(because(pruned, 6), because(pruned, 7)));
    assertEquals(Covered.Because.NOT_READ, because(pruned, 0));
    Event.Kept kept =
        told.all(Event.Kept.class).stream()
            .filter(k -> k.checkpoint() == pruned.checkpoint())
            .findFirst()
            .orElseThrow();
    assertEquals(5, kept.pc());
    assertEquals(0, kept.path());
    assertEquals(Reg.constant(2), pruned.old().register(6));
    assertEquals(Reg.constant(1), pruned.current().register(6));
    assertEquals(
        new Event.PathEnded(1, 5, Event.End.PRUNED), told.all(Event.PathEnded.class).getLast());
  }

  private static Covered.Because because(Event.Pruned pruned, int register) {
    return pruned.covered().stream()
        .filter(c -> c.place().equals(new Place.Register(0, register)))
        .findFirst()
        .orElseThrow()
        .because();
  }

  @Test
  void aNearMissTellsWhichRegisterKeptThePathsApart() {
    Small.Told told = tell(NEAR_MISS);
    assertInstanceOf(Verdict.Accepted.class, told.verdict());
    Event.NearMiss miss =
        told.all(Event.NearMiss.class).stream().filter(m -> m.pc() == 5).findFirst().orElseThrow();
    assertEquals(Difference.RANGE, miss.difference());
    assertEquals(1, miss.path());
    assertTrue(!miss.open());
    Change.OfRegister values = assertInstanceOf(Change.OfRegister.class, miss.values());
    assertEquals(new Place.Register(0, 6), values.place());
    assertEquals(-16, values.before().range().constantValue());
    assertEquals(-8, values.after().range().constantValue());
    assertTrue(values.before().precise());
  }

  @Test
  void aSlotCanKeepPathsApart() {
    Small.Told told =
        tell(
            eager(
                RANDOM, // 0
                mov(1, 1), // 1
                spill(-8, 1), // 2
                jump(JumpOp.JGT, 0, 5, 2), // 3
                mov(1, 2), // 4
                spill(-8, 1), // 5
                mov(0, 0), // 6
                fill(2, -8), // 7
                jump(JumpOp.JGT, 2, 1, 0), // 8
                EXIT)); // 9
    Event.NearMiss miss =
        told.all(Event.NearMiss.class).stream().filter(m -> m.pc() == 6).findFirst().orElseThrow();
    Change.OfSlot values = assertInstanceOf(Change.OfSlot.class, miss.values());
    assertEquals(-8, values.place().offset());
    assertEquals(Difference.RANGE, miss.difference());
    assertEquals(2, values.before().spilled().range().constantValue());
  }

  @Test
  void aPrecisionChainLeadsBackThroughWhatANumberCameFrom() {
    Small.Told told = tell(NEAR_MISS);
    Event.PrecisionChain chain =
        told.all(Event.PrecisionChain.class).stream()
            .filter(c -> c.pc() == 9 && c.path() == 0)
            .findFirst()
            .orElseThrow();
    assertEquals(Event.Cause.USE, chain.cause());
    assertEquals(List.of(new Event.Wanted(0, 1 << 6, 0)), chain.wanted());
    List<Integer> over =
        chain.links().stream()
            .filter(Event.Link.Over.class::isInstance)
            .map(link -> ((Event.Link.Over) link).pc())
            .toList();
    assertEquals(List.of(8, 7, 6, 5, 4), over, "as far as the instruction that sets r6");
    Event.Link.Marked marked =
        chain.links().stream()
            .filter(Event.Link.Marked.class::isInstance)
            .map(Event.Link.Marked.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(5, marked.pc());
    assertEquals(List.of(new Event.Wanted(0, 1 << 6, 0)), marked.marked());
    int step = told.events().indexOf(chain);
    Event.Step next =
        told.events().stream()
            .skip(step)
            .filter(Event.Step.class::isInstance)
            .map(Event.Step.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(9, next.pc(), "told within the step that asks for it");
  }

  @Test
  void aSubprogramIsEnteredAndLeft() {
    Small.Told told = tell(CALL);
    Event.SubprogramEntered in = told.only(Event.SubprogramEntered.class);
    assertEquals(List.of(3, 1, 1), List.of(in.pc(), in.subprogram(), in.callsite()));
    assertEquals(Event.Entry.CALL, in.entry());
    assertEquals(2, in.state().frames().size());
    assertEquals(Reg.constant(7), in.state().register(1));
    assertEquals(RegType.NOT_INIT, in.state().frames().getFirst().registers().get(1).type());
    Event.SubprogramLeft out = told.only(Event.SubprogramLeft.class);
    assertEquals(List.of(5, 1, 2), List.of(out.pc(), out.subprogram(), out.next()));
    assertEquals(8, out.result().range().constantValue());
    Event.Step exit = told.all(Event.Step.class).getLast();
    assertEquals(1, exit.before().frames().size());
  }

  @Test
  void aCallbackIsAPathOfItsOwnThatComesBackToTheCall() {
    Small.Told told = tell(CALLBACK);
    assertInstanceOf(Verdict.Accepted.class, told.verdict());
    Event.SubprogramEntered in = told.all(Event.SubprogramEntered.class).getFirst();
    assertEquals(Event.Entry.CALLBACK, in.entry());
    assertEquals(List.of(8, 1, 5), List.of(in.pc(), in.subprogram(), in.callsite()));
    assertTrue(in.state().frame().callback());
    Event.Branch branch = told.all(Event.Branch.class).getFirst();
    assertEquals(5, branch.pc());
    assertEquals(List.of(6, 8), branch.sides().stream().map(Event.Side::pc).toList());
    assertEquals(in.path(), branch.sides().get(1).path());
    assertEquals(5, told.all(Event.SubprogramLeft.class).getFirst().next());
    int taken =
        told.events()
            .indexOf(
                told.all(Event.PathTaken.class).stream()
                    .filter(t -> t.path() == in.path())
                    .findFirst()
                    .orElseThrow());
    assertEquals(taken + 1, told.events().indexOf(in));
  }

  @Test
  void aGlobalFunctionIsAssumedAndThenValidated() {
    Small.Told told = tell(global());
    assertInstanceOf(Verdict.Accepted.class, told.verdict(), told.verdict()::toString);
    assertEquals(
        List.of(
            "PathTaken",
            "GlobalAssumed",
            "PathEnded",
            "GlobalStarted",
            "PathTaken",
            "PathEnded",
            "GlobalValidated"),
        told.kinds(
            Event.PathTaken.class,
            Event.PathEnded.class,
            Event.GlobalAssumed.class,
            Event.GlobalStarted.class,
            Event.GlobalValidated.class));
    assertEquals(1, told.only(Event.GlobalAssumed.class).pc());
    assertEquals(new Event.GlobalValidated(1, "helper"), told.only(Event.GlobalValidated.class));
    assertEquals(4, told.all(Event.PathTaken.class).get(1).pc());
  }

  @Test
  void aRefusalIsToldWithTheStateBefore() {
    Small.Told told = tell(REFUSED);
    assertInstanceOf(Verdict.Rejected.class, told.verdict());
    Event.Refused refused = told.only(Event.Refused.class);
    assertEquals(1, refused.pc());
    assertEquals(copy(0, 3), refused.instruction());
    assertEquals(Reg.constant(1), refused.before().register(2));
    assertInstanceOf(Event.Budget.class, told.events().getLast());
    assertEquals(List.of(1, 1, 0), told.only(Event.Budget.class).visits());
  }

  @Test
  void anEndlessLoopIsToldWithBothTurns() {
    Small.Told told =
        tell(
            eager(
                RANDOM, // 0
                copy(6, 0), // 1
                jump(JumpOp.JEQ, 6, 0, 1), // 2
                new Instruction.Jump(-2), // 3
                EXIT)); // 4
    assertInstanceOf(Verdict.Rejected.class, told.verdict(), told.events()::toString);
    Event.InfiniteLoop loop = told.only(Event.InfiniteLoop.class);
    assertEquals(loop.old().register(6).range(), loop.current().register(6).range());
    assertTrue(
        told.all(Event.Kept.class).stream().anyMatch(k -> k.checkpoint() == loop.checkpoint()));
  }

  @Test
  void onlyWhatIsAskedForIsTold() {
    for (Interest interest : Interest.values()) {
      List<Event> events = new ArrayList<>();
      Observer observer =
          new Observer() {
            @Override
            public void on(Event event) {
              events.add(event);
            }

            @Override
            public Set<Interest> interests() {
              return EnumSet.of(interest);
            }
          };
      Verifier.verify(NEAR_MISS, PROFILE, 0, observer);
      Verifier.verify(CALLBACK, PROFILE, 0, observer);
      assertTrue(!events.isEmpty(), interest::name);
      events.forEach(event -> assertEquals(interest, interestOf(event)));
    }
  }

  private static Interest interestOf(Event event) {
    return switch (event) {
      case Event.Step e -> Interest.STEPS;
      case Event.Refused e -> Interest.STEPS;
      case Event.Branch e -> Interest.BRANCHES;
      case Event.PathTaken e -> Interest.PATHS;
      case Event.PathEnded e -> Interest.PATHS;
      case Event.Kept e -> Interest.PRUNING;
      case Event.Pruned e -> Interest.PRUNING;
      case Event.InfiniteLoop e -> Interest.PRUNING;
      case Event.Loop e -> Interest.PRUNING;
      case Event.NearMiss e -> Interest.NEAR_MISSES;
      case Event.PrecisionChain e -> Interest.PRECISION;
      case Event.SubprogramEntered e -> Interest.SUBPROGRAMS;
      case Event.SubprogramLeft e -> Interest.SUBPROGRAMS;
      case Event.GlobalAssumed e -> Interest.SUBPROGRAMS;
      case Event.GlobalStarted e -> Interest.SUBPROGRAMS;
      case Event.GlobalValidated e -> Interest.SUBPROGRAMS;
      case Event.Budget e -> Interest.BUDGET;
    };
  }

  @Test
  void whatIsToldCannotBeChanged() {
    State state = tell(CALL).all(Event.PathTaken.class).getFirst().state();
    assertThrows(UnsupportedOperationException.class, () -> state.frames().removeLast());
    assertThrows(
        UnsupportedOperationException.class, () -> state.frame().registers().set(0, Reg.ZERO));
    assertNotNull(state.frame());
  }
}
