/** The real kernel through bpf(2). */
@NullMarked
package dev.skep.kernel;

import org.jspecify.annotations.NullMarked;
