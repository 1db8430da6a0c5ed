package dev.skep.object.inspect;

import dev.skep.catalog.Feature;
import dev.skep.catalog.HelperId;
import dev.skep.catalog.InstructionFeatures;
import dev.skep.isa.Code;
import dev.skep.isa.ConformanceGroup;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.Requirements;
import dev.skep.isa.WideKind;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a program's instructions need: RFC 9669's groups ({@link Requirements}), features that some
 * release brought ({@link InstructionFeatures}), and what shows only in the whole program. Slots
 * that are no instruction need nothing; no kernel takes them.
 */
final class InstructionNeeds {

  private static final int FIRST_LIMIT = 4096;

  private final Set<Feature> features = EnumSet.noneOf(Feature.class);
  private final Set<ConformanceGroup> groups = EnumSet.noneOf(ConformanceGroup.class);
  private final SortedSet<Integer> helpers = new TreeSet<>();
  private int poisoned;
  private int mapLoads;
  private int valueLoads;
  private int variables;
  private int kernelCalls;
  private int localCalls;
  private int functionAddresses;

  InstructionNeeds(Code code) {
    for (int pc = 0; pc < code.size(); ) {
      switch (Decoder.decode(code, pc)) {
        case Decoded.Invalid _ -> pc++;
        case Decoded.Valid(Instruction instruction) -> {
          visit(instruction);
          pc += instruction.slots();
        }
      }
    }
    if (code.size() > FIRST_LIMIT) {
      features.add(Feature.MILLION_INSTRUCTIONS);
    }
    if (localCalls > 0 && helpers.contains(HelperId.TAIL_CALL)) {
      features.add(Feature.TAIL_CALLS_WITH_SUBPROGRAMS);
    }
  }

  Set<Feature> features() {
    return features;
  }

  /** RFC 9669's conformance groups, by name. */
  SortedSet<String> groups() {
    var names = new TreeSet<String>();
    groups.forEach(group -> names.add(group.rfcName()));
    return names;
  }

  /** Helpers that it calls, by number. */
  SortedSet<Integer> helpers() {
    return helpers;
  }

  /** Instructions that CO-RE or a missing extern made calls of no helper. */
  int poisoned() {
    return poisoned;
  }

  /** What a loader had to fill in. */
  Relocations relocations() {
    return new Relocations(
        mapLoads, valueLoads, variables, kernelCalls, localCalls, functionAddresses);
  }

  private void visit(Instruction instruction) {
    Requirements needs = Requirements.of(instruction);
    groups.addAll(needs.groups());
    Feature feature = InstructionFeatures.of(instruction);
    if (feature != null) {
      features.add(feature);
    }
    if (jumpsBack(instruction)) {
      features.add(Feature.BOUNDED_LOOPS);
    }
    switch (instruction) {
      case Instruction.CallHelper call -> {
        // libbpf's marks for what is missing start at 100,000,000.
        if (Integer.compareUnsigned(call.id(), 100_000) >= 0) {
          poisoned++;
        } else {
          helpers.add(call.id());
        }
      }
      case Instruction.CallLocal _ -> localCalls++;
      case Instruction.CallKfunc _ -> kernelCalls++;
      case Instruction.LoadImmediate64 load -> count(load.kind());
      default -> {}
    }
  }

  private void count(WideKind kind) {
    switch (kind) {
      case MAP_FD, MAP_INDEX -> mapLoads++;
      case MAP_VALUE, MAP_INDEX_VALUE -> valueLoads++;
      case VARIABLE_ADDRESS -> variables++;
      case CODE_ADDRESS -> functionAddresses++;
      case CONSTANT -> {}
    }
  }

  private static boolean jumpsBack(Instruction instruction) {
    return switch (instruction) {
      case Instruction.ConditionalJump jump -> jump.offset() < 0;
      case Instruction.Jump jump -> jump.offset() < 0;
      case Instruction.LongJump jump -> jump.offset() < 0;
      default -> false;
    };
  }
}
