/** The kernel that programs see: memory, maps, helpers, contexts, and the Engine interface. */
@NullMarked
package dev.skep.runtime;

import org.jspecify.annotations.NullMarked;
