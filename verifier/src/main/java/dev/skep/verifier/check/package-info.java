/** What an access, a call or a return may do, by pointer kind and program type. */
@NullMarked
package dev.skep.verifier.check;

import org.jspecify.annotations.NullMarked;
