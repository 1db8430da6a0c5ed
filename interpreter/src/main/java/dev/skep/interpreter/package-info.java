/** The reference engine: checks every access. */
@NullMarked
package dev.skep.interpreter;

import org.jspecify.annotations.NullMarked;
