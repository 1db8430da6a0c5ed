/** BPF bytecode to JVM bytecode. */
@NullMarked
package dev.skep.jit;

import org.jspecify.annotations.NullMarked;
