package dev.skep.kernel.info;


import dev.skep.catalog.ProgramType;
import dev.skep.object.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct bpf_prog_info} without its dumps, which are {@code KernelProgram.translated()} and
 * {@code KernelProgram.jited()}.
 *
 * @param typeNumber the program type's number
 * @param tag a hash of the instructions
 * @param translatedBytes length of the instructions as the verifier rewrote them, in bytes
 * @param jitedBytes length of the machine code, in bytes; 0 if it was not compiled
 * @param loadTimeNanos since boot
 * @param uid who loaded it
 * @param runTimeNanos and {@code runCount} count while statistics are on
 * @param verifiedInstructions how many the verifier processed (Linux 5.16)
 * @param attachBtfObjectId the BTF object of the attach target (Linux 6.0)
 */
public record ProgramInfo(
    int id,
    int typeNumber,
    String name,
    Bytes tag,
    int translatedBytes,
    int jitedBytes,
    long loadTimeNanos,
    int uid,
    List<Integer> mapIds,
    boolean gplCompatible,
    int ifindex,
    long netnsDev,
    long netnsIno,
    int btfId,
    long runTimeNanos,
    long runCount,
    long recursionMisses,
    int verifiedInstructions,
    int attachBtfObjectId,
    int attachBtfId) {

  public ProgramInfo {
    mapIds = List.copyOf(mapIds);
  }

  /** The program type, or null if skep does not know the number. */
  public @Nullable ProgramType type() {
    return ProgramType.ofNumber(typeNumber);
  }
}
