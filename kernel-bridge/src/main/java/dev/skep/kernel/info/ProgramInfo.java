package dev.skep.kernel.info;

import dev.skep.catalog.ProgramType;
import dev.skep.object.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct bpf_prog_info} without its dumps, which are {@code KernelProgram.translated()} and
 * {@code KernelProgram.jited()}.
 *
 * @param id what {@code BPF_PROG_GET_FD_BY_ID} takes
 * @param origin what it was loaded as
 * @param size what became of it
 * @param mapIds the maps that it uses
 * @param statistics what its runs came to
 * @param device what it is offloaded to
 */
public record ProgramInfo(
    int id,
    Origin origin,
    Size size,
    List<Integer> mapIds,
    Statistics statistics,
    OffloadDevice device) {

  /**
   * What was loaded, by whom, when.
   *
   * @param typeNumber the program type's number
   * @param tag a hash of the instructions
   * @param load who loaded it and when
   * @param types its BTF
   */
  public record Origin(
      int typeNumber, String name, Bytes tag, boolean gplCompatible, Load load, Types types) {}

  /** A load: the user's number, and nanoseconds since boot. */
  public record Load(int uid, long timeNanos) {}

  /**
   * The BTF of a program.
   *
   * @param object id of its BTF object, 0 if there is none
   * @param attachObject the BTF object of the attach target (Linux 6.0)
   * @param attach the attach target in it
   */
  public record Types(int object, int attachObject, int attach) {}

  /**
   * Length and effort.
   *
   * @param translatedBytes length of the instructions as the verifier rewrote them, in bytes
   * @param jitedBytes length of the machine code, in bytes; 0 if it was not compiled
   * @param verifiedInstructions how many the verifier processed (Linux 5.16)
   */
  public record Size(int translatedBytes, int jitedBytes, int verifiedInstructions) {}

  /** Runs, counted while statistics are on: their time, their number, and those left out. */
  public record Statistics(long runTimeNanos, long runCount, long recursionMisses) {}

  public ProgramInfo {
    mapIds = List.copyOf(mapIds);
  }

  /** The program type, or null if skep does not know the number. */
  public @Nullable ProgramType type() {
    return ProgramType.ofNumber(typeNumber());
  }

  /** The program type's number. */
  public int typeNumber() {
    return origin.typeNumber();
  }

  /** At most 15 characters of the name. */
  public String name() {
    return origin.name();
  }

  /** A hash of the instructions. */
  public Bytes tag() {
    return origin.tag();
  }

  /** Whether its licence is. */
  public boolean gplCompatible() {
    return origin.gplCompatible();
  }

  /** Length of the instructions as the verifier rewrote them. */
  public int translatedBytes() {
    return size.translatedBytes();
  }

  /** Length of the machine code; 0 if it was not compiled. */
  public int jitedBytes() {
    return size.jitedBytes();
  }

  /** How many the verifier processed (Linux 5.16). */
  public int verifiedInstructions() {
    return size.verifiedInstructions();
  }

  /** Time of its runs, while statistics were on. */
  public long runTimeNanos() {
    return statistics.runTimeNanos();
  }

  /** Number of its runs, while statistics were on. */
  public long runCount() {
    return statistics.runCount();
  }
}
