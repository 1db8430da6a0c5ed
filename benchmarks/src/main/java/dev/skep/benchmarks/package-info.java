/** JMH benchmarks. */
@NullMarked
package dev.skep.benchmarks;

import org.jspecify.annotations.NullMarked;
