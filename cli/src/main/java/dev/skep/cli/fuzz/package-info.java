/** {@code skep fuzz}: long campaigns of inputs that nobody would write. */
@NullMarked
package dev.skep.cli.fuzz;

import org.jspecify.annotations.NullMarked;
