/** The object model, ELF in and out, relocation, CO-RE. */
@NullMarked
package dev.skep.object;

import org.jspecify.annotations.NullMarked;
