/** Tests that the benchmarks run. */
@NullMarked
package dev.skep.benchmarks;

import org.jspecify.annotations.NullMarked;
