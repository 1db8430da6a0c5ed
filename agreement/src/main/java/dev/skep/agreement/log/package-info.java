/** Verifier logs side by side. */
@NullMarked
package dev.skep.agreement.log;

import org.jspecify.annotations.NullMarked;
