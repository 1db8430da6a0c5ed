/** What BTF says: of the program's functions, of contexts, of kernel structures behind pointers. */
@NullMarked
package dev.skep.verifier.types;

import org.jspecify.annotations.NullMarked;
