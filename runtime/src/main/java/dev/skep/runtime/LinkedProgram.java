package dev.skep.runtime;

import dev.skep.catalog.MapType;
import dev.skep.isa.Instruction;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.map.BpfMap;
import org.jspecify.annotations.Nullable;

/**
 * A program with everything resolved that it names on one machine: what both engines start from.
 *
 * <p>Made by {@link Linker#link}.
 */
public final class LinkedProgram {

  private final ProgramSpec spec;
  private final Machine machine;
  private final @Nullable Instruction[] instructions;
  private final long[] constants;
  private final Links calls;
  private final int[] entries;
  private @Nullable Executable executable;

  /** What the instructions at each pc name. */
  static final class Links {
    final @Nullable Helper[] helpers;
    final String[] names;
    final @Nullable BpfMap[] maps;

    Links(@Nullable Helper[] helpers, String[] names, @Nullable BpfMap[] maps) {
      this.helpers = helpers;
      this.names = names;
      this.maps = maps;
    }
  }

  LinkedProgram(
      ProgramSpec spec,
      Machine machine,
      @Nullable Instruction[] instructions,
      long[] constants,
      Links calls,
      int[] entries) {
    this.spec = spec;
    this.machine = machine;
    this.instructions = instructions;
    this.constants = constants;
    this.calls = calls;
    this.entries = entries;
  }

  /** The program as it was given. */
  public ProgramSpec spec() {
    return spec;
  }

  /** Where it runs. */
  public Machine machine() {
    return machine;
  }

  /** Number of slots. */
  public int size() {
    return instructions.length;
  }

  /** The instruction at a slot, or null for a wide load's second slot. */
  public @Nullable Instruction instruction(int pc) {
    return instructions[pc];
  }

  /** What a wide load at a slot loads: a number or an address on this machine. */
  public long constant(int pc) {
    return constants[pc];
  }

  /** The map that a wide load at a slot names, or null. */
  public @Nullable BpfMap mapAt(int pc) {
    return calls.maps[pc];
  }

  /** What a helper or kfunc call at a slot calls, or null if there is none. */
  public @Nullable Helper helperAt(int pc) {
    return calls.helpers[pc];
  }

  /** The callee's name, empty if there is none. */
  public String calleeName(int pc) {
    return calls.names[pc];
  }

  /** The first slots of the main program (always 0) and of each subprogram, ascending. */
  public int[] entries() {
    return entries.clone();
  }

  /** Whether a function starts at a slot. */
  public boolean isEntry(int pc) {
    return java.util.Arrays.binarySearch(entries, pc) >= 0;
  }

  /** The source line of a slot, or null. */
  public @Nullable LineInfo lineAt(int pc) {
    return spec.lineAt(pc);
  }

  /** The arena that casts between address spaces are about, or null if the program has none. */
  public @Nullable ArenaMap arena() {
    for (MapSpec map : spec.maps()) {
      if (map.type() == MapType.ARENA && machine.map(map) instanceof ArenaMap arena) {
        return arena;
      }
    }
    return null;
  }

  /** What runs it: set by the engine that prepared it. */
  public void bind(Executable target) {
    executable = target;
  }

  /** What runs it. */
  public Executable executable() {
    Executable bound = executable;
    if (bound == null) {
      throw new IllegalStateException("program " + spec.name() + " is not prepared yet");
    }
    return bound;
  }
}
