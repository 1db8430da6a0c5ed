/** From a {@link dev.skep.object.BpfObject} to an ELF file that libbpf loads. */
@NullMarked
package dev.skep.object.writer;

import org.jspecify.annotations.NullMarked;
