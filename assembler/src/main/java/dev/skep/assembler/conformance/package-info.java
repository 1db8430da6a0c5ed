/** The BPF conformance suite: its {@code .data} files, and running an engine over them. */
@NullMarked
package dev.skep.assembler.conformance;

import org.jspecify.annotations.NullMarked;
