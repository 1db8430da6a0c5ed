/** Text to BpfObject, and back. */
@NullMarked
package dev.skep.assembler;

import org.jspecify.annotations.NullMarked;
