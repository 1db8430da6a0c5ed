/** What is known at one point of one path: registers, stack slots, frames, references. */
@NullMarked
package dev.skep.verifier.state;

import org.jspecify.annotations.NullMarked;
