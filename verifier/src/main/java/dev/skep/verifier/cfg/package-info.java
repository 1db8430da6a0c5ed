/** The program's shape before any path is walked: subprograms, edges, loops, live registers. */
@NullMarked
package dev.skep.verifier.cfg;

import org.jspecify.annotations.NullMarked;
