/** bpf(2) as one call: commands by name, retries, and what an error means here. */
@NullMarked
package dev.skep.kernel.call;

import org.jspecify.annotations.NullMarked;
