/** The one form in which skep speaks about input: what, where, why, and what to do. */
@NullMarked
package dev.skep.object.diagnostic;

import org.jspecify.annotations.NullMarked;
