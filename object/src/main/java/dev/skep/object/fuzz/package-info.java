/** Hostile input on purpose: mutated objects and types for the readers of this module. */
@NullMarked
package dev.skep.object.fuzz;

import org.jspecify.annotations.NullMarked;
