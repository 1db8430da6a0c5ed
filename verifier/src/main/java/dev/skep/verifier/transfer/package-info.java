/** What an instruction does to the abstract state, and what a branch teaches. */
@NullMarked
package dev.skep.verifier.transfer;

import org.jspecify.annotations.NullMarked;
