/** The walk over all paths: worklist, pruning, precision, stack liveness, budgets. */
@NullMarked
package dev.skep.verifier.explore;

import org.jspecify.annotations.NullMarked;
