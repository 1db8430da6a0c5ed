/** Instructions as RFC 9669 names them: model, binary codec, text of one instruction. */
@NullMarked
package dev.skep.isa;

import org.jspecify.annotations.NullMarked;
