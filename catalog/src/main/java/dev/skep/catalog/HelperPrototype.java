package dev.skep.catalog;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A helper as a program of some type sees it: the kernel's {@code struct bpf_func_proto} (Linux
 * 6.18).
 *
 * @param id the number in a call instruction's imm
 * @param name the name without {@code bpf_}, as {@code enum bpf_func_id} has it
 * @param since the Linux version that brought the helper
 * @param returns the result's base type
 * @param returnFlags refinements of the result; an unmodifiable set in the order of the kernel's
 *     bits
 * @param returnBtfType the kernel structure that a returned BTF pointer points to
 * @param arguments R1 to at most R5
 * @param gplOnly callable only from a program with a GPL-compatible licence
 * @param packetAccess may read its memory arguments from the packet ({@code pkt_access})
 * @param mightSleep callable only where sleeping is allowed
 * @param allowFastcall keeps R1 to R5 when inlined ({@code bpf_fastcall})
 * @param dependsOnTarget allowed only for some attach targets ({@code allowed} callback)
 */
public record HelperPrototype(
    int id,
    String name,
    KernelVersion since,
    ReturnKind returns,
    Set<TypeFlag> returnFlags,
    @Nullable String returnBtfType,
    List<Argument> arguments,
    boolean gplOnly,
    boolean packetAccess,
    boolean mightSleep,
    boolean allowFastcall,
    boolean dependsOnTarget) {

  /** The name as the kernel's log prints it, such as {@code bpf_map_lookup_elem}. */
  public String kernelName() {
    return "bpf_" + name;
  }

  /** Whether the result's type has the flag. */
  public boolean returnsWith(TypeFlag flag) {
    return returnFlags.contains(flag);
  }
}
