/** Abstract interpretation, as Linux does it. */
@NullMarked
package dev.skep.verifier;

import org.jspecify.annotations.NullMarked;
