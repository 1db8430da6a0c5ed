/** ELF as BPF objects use it: 64-bit, little-endian, relocatable, {@code EM_BPF}. */
@NullMarked
package dev.skep.object.elf;

import org.jspecify.annotations.NullMarked;
