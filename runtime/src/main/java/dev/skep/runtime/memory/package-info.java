/**
 * The memory of a virtual kernel: {@link dev.skep.runtime.memory.Region}s, the {@link
 * dev.skep.runtime.memory.AddressSpace} that all processors share, and {@link
 * dev.skep.runtime.memory.LittleEndian} views of their bytes. The lowest floor of the runtime: it
 * knows no map, no program and no processor.
 */
@NullMarked
package dev.skep.runtime.memory;

import org.jspecify.annotations.NullMarked;
