/** Recorded programs and answers: judged again, and counted. */
@NullMarked
package dev.skep.agreement.corpus;

import org.jspecify.annotations.NullMarked;
