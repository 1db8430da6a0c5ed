/** {@code skep fuzz}: campaigns of generated inputs, with a time limit and stored differences. */
@NullMarked
package dev.skep.cli.fuzz;

import org.jspecify.annotations.NullMarked;
