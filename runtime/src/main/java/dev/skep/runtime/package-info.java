/**
 * The kernel that programs see.
 *
 * <p>A {@link dev.skep.runtime.Machine} is one virtual kernel: an address space, maps, helpers, a
 * clock, random numbers and tasks. A {@link dev.skep.runtime.Cpu} is one of its processors and runs
 * one program at a time. An {@link dev.skep.runtime.Engine} turns a program into an {@link
 * dev.skep.runtime.Executable}; running that on a {@link dev.skep.runtime.Context} gives an {@link
 * dev.skep.runtime.Outcome}: a result or a trap, never a crash.
 *
 * <pre>{@code
 * Machine machine = Machine.builder().seed(1).build();
 * Executable xdp = engine.prepare(object.program("filter").orElseThrow(), machine);
 * Outcome outcome = xdp.run(Context.xdp(packet));
 * }</pre>
 *
 * <p><b>Addresses.</b> The upper 32 bits of an address name a region, the lower 32 bits a byte in
 * it:
 *
 * <pre>
 *  63                    32 31                     0
 * +------------------------+------------------------+
 * |  region                |  byte                  |
 * +------------------------+------------------------+
 *    0        the packet (its addresses fit xdp_md's and __sk_buff's 32-bit fields)
 *    1        the stack        2   the context      3-15 other memory of one run
 *    16...    maps, their values, code, memory that the machine's owner provides
 * </pre>
 *
 * Each region is a {@code byte[]} of exactly its size, so the JVM's own bounds check is the last
 * line of defence under every access.
 */
@NullMarked
package dev.skep.runtime;

import org.jspecify.annotations.NullMarked;
