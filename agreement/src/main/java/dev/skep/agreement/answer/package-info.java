/** What the running kernel says to a program. */
@NullMarked
package dev.skep.agreement.answer;

import org.jspecify.annotations.NullMarked;
