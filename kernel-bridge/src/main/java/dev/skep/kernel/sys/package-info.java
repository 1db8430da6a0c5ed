/**
 * System calls and the shapes of their arguments, on {@code java.lang.foreign} alone.
 *
 * <p>Everything here is mechanism: {@link dev.skep.kernel.sys.Syscalls} makes the call and keeps
 * errno, {@link dev.skep.kernel.sys.CStruct} turns a C-like description into offsets, {@link
 * dev.skep.kernel.sys.Block} is zeroed memory of such a shape, {@link dev.skep.kernel.sys.Fd} owns
 * a descriptor. What the calls mean is the business of {@link dev.skep.kernel}.
 */
@NullMarked
package dev.skep.kernel.sys;

import org.jspecify.annotations.NullMarked;
