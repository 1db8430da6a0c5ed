/** The helper functions that a machine has. */
@NullMarked
package dev.skep.runtime.helper;

import org.jspecify.annotations.NullMarked;
