/** What the bridge throws: the kernel refused a call, or there is no kernel to talk to. */
@NullMarked
package dev.skep.kernel.error;

import org.jspecify.annotations.NullMarked;
