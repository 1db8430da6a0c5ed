/** Maps with the kernel's semantics, one class per kind. */
@NullMarked
package dev.skep.runtime.map;

import org.jspecify.annotations.NullMarked;
