package dev.skep.verifier.path;

import dev.skep.catalog.KernelVersion;

/**
 * What later verifiers do and earlier ones do not, apart from arithmetic on numbers (see {@link
 * dev.skep.verifier.domain.DomainRules}). Each is named after what the later verifier can; the
 * release is the one that brought it, where no stable update brought it to the earlier ones.
 *
 * @param comparesNullness 6.2: a pointer that equals one that is not null is not null
 * @param comparesIdsOfEqualRegisters 6.2: that a register is the same in two states does not yet
 *     mean that its id stands for the same thing
 * @param storesZerosAnywhere 6.3: an immediate zero stored at a variable offset leaves zeros zeros
 * @param overwritesDynptrs 6.3: a dynptr that holds no reference may be made anew in its place
 * @param tracksScalarIds 6.5: linked numbers must be linked in the same way when states are
 *     compared, and no two ids may stand for one
 * @param allowsFallThroughLoops 6.7: a loop may be closed by falling through
 * @param readsUnusedStack 6.8: a privileged program may read stack below all that it wrote
 * @param readsArgumentTags 6.8: declaration tags of a global function's arguments
 * @param spillsAnyScalar 6.9: unbounded numbers and zeros are spilled as such, and their parts
 *     filled
 * @param callsUnderLock 6.9: static functions may be called while a spin lock is held, and may
 *     leave it held
 * @param linksPartialSpills 6.11: a number spilled with less than eight bytes stays linked
 * @param seesPacketChangesInGlobals 6.12: a global function may change the packet
 * @param plainStackReads 6.13: a helper's read leaves the stack as it is, and is not called
 *     indirect any more
 * @param addsBarriers 6.17: what a processor must not do before it knows better is stopped by a
 *     barrier, not refused
 * @param ignoresNewLinks 6.18: a number that was linked to nothing may now be linked to something
 */
public record KernelBehaviour(
    boolean comparesNullness,
    boolean comparesIdsOfEqualRegisters,
    boolean storesZerosAnywhere,
    boolean overwritesDynptrs,
    boolean tracksScalarIds,
    boolean allowsFallThroughLoops,
    boolean readsUnusedStack,
    boolean readsArgumentTags,
    boolean spillsAnyScalar,
    boolean callsUnderLock,
    boolean linksPartialSpills,
    boolean seesPacketChangesInGlobals,
    boolean plainStackReads,
    boolean addsBarriers,
    boolean ignoresNewLinks) {

  static KernelBehaviour of(KernelVersion version) {
    return new KernelBehaviour(
        version.isAtLeast(6, 2),
        version.isAtLeast(6, 2),
        version.isAtLeast(6, 3),
        version.isAtLeast(6, 3),
        version.isAtLeast(6, 5),
        version.isAtLeast(6, 7),
        version.isAtLeast(6, 8),
        version.isAtLeast(6, 8),
        version.isAtLeast(6, 9),
        version.isAtLeast(6, 9),
        version.isAtLeast(6, 11),
        version.isAtLeast(6, 12),
        version.isAtLeast(6, 13),
        version.isAtLeast(6, 17),
        version.isAtLeast(6, 18));
  }
}
