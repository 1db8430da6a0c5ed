/** Tests of the command, of the examples, and of the house's arrows. */
@NullMarked
package dev.skep.cli;

import org.jspecify.annotations.NullMarked;
