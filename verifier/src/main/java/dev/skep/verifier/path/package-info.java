/**
 * What one verification shares, and what the rules of one instruction see of the walk.
 *
 * <p>A rule is given a {@code Path}: it reads and writes registers, splits the path, notes what
 * precision must know, and asks the {@code Environment} for the program, the kernel and the log. It
 * never sees who walks.
 */
@NullMarked
package dev.skep.verifier.path;

import org.jspecify.annotations.NullMarked;
