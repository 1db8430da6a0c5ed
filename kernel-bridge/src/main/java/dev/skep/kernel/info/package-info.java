/** What the kernel says of its objects: {@code struct bpf_*_info}. */
@NullMarked
package dev.skep.kernel.info;

import org.jspecify.annotations.NullMarked;
