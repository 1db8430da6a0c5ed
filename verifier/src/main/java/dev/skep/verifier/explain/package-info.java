/** The log in the kernel's format, and the finding for a reader. */
@NullMarked
package dev.skep.verifier.explain;

import org.jspecify.annotations.NullMarked;
