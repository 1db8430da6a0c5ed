/** What a program is judged for: the kernel and the loader. */
@NullMarked
package dev.skep.verifier.profile;

import org.jspecify.annotations.NullMarked;
