package dev.skep.agreement.fuzz;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.catalog.Releases;
import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelObject;
import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.report.input.Inputs;
import dev.skep.testkit.generate.DeepGenerator;
import dev.skep.testkit.generate.Mutation;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generated and changed programs: the verifier's verdict beside the running kernel's. */
public final class KernelCampaign implements Campaign {

  private static final int MOST_STEPS = 40;
  private static final int MOST_CHANGES = 4;

  /** A program and the session that holds its maps. */
  private record Subject(ProgramSpec program, KernelObject session) {}

  private final Kernel kernel;
  private final Profile profile;
  private final Findings findings;
  private final List<Subject> originals = new ArrayList<>();
  private final List<KernelObject> sessions = new ArrayList<>();
  private final KernelObject generated;

  private long programs;
  private long accepted;
  private long falseAccepts;
  private long falseRejects;
  private long rejected;
  private long sameMessage;
  private long sameWork;
  private long notModelled;
  private long notComparable;
  private int longest;
  private int mostProcessed;

  private KernelCampaign(Kernel kernel, Findings findings) {
    this.kernel = kernel;
    this.findings = findings;
    this.profile =
        new Profile(Releases.beside(kernel.version()), kernel.btf(), kernel.possibleCpus(), true);
    var sample = new DeepGenerator(0).next(1);
    this.generated =
        kernel.object(
            new BpfObject("generated", "GPL", List.of(sample), sample.maps(), null, List.of()));
    sessions.add(generated);
  }

  /**
   * Asks the running kernel.
   *
   * @param files objects of whose programs changed copies are tried, too
   * @throws dev.skep.kernel.KernelUnavailableException if there is none
   * @throws dev.skep.report.input.UnreadableException if a file cannot be used
   */
  public static KernelCampaign open(List<Path> files, Findings findings) {
    var campaign = new KernelCampaign(KernelAnswer.open(), findings);
    for (Path file : files) {
      for (Inputs.Input input : Inputs.readAll(file, Inputs.optionsFor(campaign.profile))) {
        KernelObject session = campaign.kernel.object(input.object());
        campaign.sessions.add(session);
        for (ProgramSpec program : input.object().programs()) {
          campaign.originals.add(new Subject(program, session));
        }
      }
    }
    return campaign;
  }

  @Override
  public String unit() {
    return "programs";
  }

  @Override
  public void run(long seed) {
    Subject subject = make(seed);
    Answers answers = ask(subject, 1);
    programs++;
    if (answers.kernel().beforeVerifier()) {
      notComparable++;
      return;
    }
    if (answers.skep() instanceof Verdict.NotModelled) {
      notModelled++;
      return;
    }
    boolean ours = answers.skep() instanceof Verdict.Accepted;
    if (answers.kernel().accepted()) {
      accepted++;
      longest = Math.max(longest, subject.program().code().size());
      mostProcessed = Math.max(mostProcessed, answers.kernel().processed());
    } else {
      rejected++;
    }
    if (answers.sameWork()) {
      sameWork++;
    }
    if (!answers.kernel().accepted() && !ours && answers.sameMessage()) {
      sameMessage++;
    }
    String kind = answers.difference();
    if (kind.equals("false-accept")) {
      falseAccepts++;
    } else if (kind.equals("false-reject")) {
      falseRejects++;
    }
    if (!kind.isEmpty()
        && findings.wants(kind + answers.kernel().message() + answers.ourMessage())) {
      Subject small = minimised(subject, kind);
      findings.store(kind + "-" + seed + ".txt", describe(seed, small));
    }
  }

  /** Every second program is a changed copy of a given one, if there are any. */
  private Subject make(long seed) {
    Random random = new Random(seed);
    if (!originals.isEmpty() && random.nextBoolean()) {
      Subject original = originals.get(random.nextInt(originals.size()));
      Code changed = Mutation.of(original.program().code(), random, MOST_CHANGES);
      return new Subject(original.program().withCode(changed), original.session());
    }
    ProgramSpec program = new DeepGenerator(seed).next(2 + random.nextInt(MOST_STEPS));
    if (random.nextInt(3) == 0) {
      program = program.withCode(Mutation.of(program.code(), random, 2));
    }
    return new Subject(program, generated);
  }

  /** Both answers to one program. */
  private record Answers(KernelAnswer kernel, Verdict skep) {

    String ourMessage() {
      return skep instanceof Verdict.Rejected rejected ? rejected.message().strip() : "";
    }

    boolean sameMessage() {
      return withoutDescriptor(kernel.message()).equals(withoutDescriptor(ourMessage()));
    }

    /** A map that is not there has no descriptor that both could name. */
    private static String withoutDescriptor(String message) {
      return message.replaceFirst("^fd -?\\d+ is not", "fd is not");
    }

    boolean sameWork() {
      return kernel.processed() == skep.statistics().processed();
    }

    /** The kind of difference, empty if there is none; the worst first. */
    String difference() {
      return switch (skep) {
        case Verdict.NotModelled _ -> "";
        case Verdict.Accepted _ when !kernel.accepted() -> "false-accept";
        case Verdict.Rejected _ when kernel.accepted() -> "false-reject";
        case Verdict.Rejected _ when !sameMessage() -> "other-message";
        case Verdict.Accepted _, Verdict.Rejected _ -> sameWork() ? "" : "other-work";
      };
    }
  }

  private Answers ask(Subject subject, int logLevel) {
    KernelAnswer theirs = KernelAnswer.of(subject.session(), subject.program(), logLevel);
    if (theirs.loaded() != null) {
      theirs.loaded().program().close();
    }
    return new Answers(theirs, Verifier.verify(subject.program(), profile, logLevel));
  }

  private Subject minimised(Subject subject, String kind) {
    Code small =
        Shrink.of(
            subject.program().code(),
            code ->
                ask(new Subject(subject.program().withCode(code), subject.session()), 1)
                    .difference()
                    .equals(kind));
    return new Subject(subject.program().withCode(small), subject.session());
  }

  private String describe(long seed, Subject subject) {
    Answers answers = ask(subject, 2);
    ProgramSpec program = subject.program();
    StringBuilder text = new StringBuilder();
    text.append("# ").append(answers.difference()).append(", seed ").append(seed).append('\n');
    text.append("# type ").append(program.type().kernelName()).append('\n');
    for (int i = 0; i < program.maps().size(); i++) {
      var map = program.maps().get(i);
      text.append(
          "# map %d: %s %s key %d value %d entries %d%n"
              .formatted(
                  i,
                  map.name(),
                  map.type().kernelName(),
                  map.keySize(),
                  map.valueSize(),
                  map.maxEntries()));
    }
    for (int pc = 0; pc < program.code().size(); pc++) {
      RawInstruction raw = program.code().at(pc);
      text.append("%4d: %016x  ".formatted(pc, Long.reverseBytes(raw.bits())));
      text.append(Listing.text(program.code(), pc, Names.NONE)).append('\n');
      if (raw.isWide()) {
        pc++;
      }
    }
    text.append("\n## kernel: ").append(answers.kernel().inWords()).append('\n');
    text.append(answers.kernel().log());
    text.append("\n## skep: ").append(answers.skep().getClass().getSimpleName()).append('\n');
    return text.append(answers.skep().log()).toString();
  }

  @Override
  public long differences() {
    return falseAccepts + falseRejects;
  }

  @Override
  public String summary() {
    long compared = accepted + rejected;
    return "programs %d, accepted %d, false accepts %d, false rejects %d, same message %d of %d, same work %d of %d, not modelled %d, not comparable %d, longest accepted %d slots, most processed %d"
        .formatted(
            programs,
            accepted,
            falseAccepts,
            falseRejects,
            sameMessage,
            rejected - falseAccepts,
            sameWork,
            compared,
            notModelled,
            notComparable,
            longest,
            mostProcessed);
  }

  @Override
  public void close() {
    sessions.forEach(KernelObject::close);
    kernel.close();
  }
}
