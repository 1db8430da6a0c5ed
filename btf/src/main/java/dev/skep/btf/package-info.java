/** BPF Type Format: model, reader, writer, C printer. */
@NullMarked
package dev.skep.btf;

import org.jspecify.annotations.NullMarked;
