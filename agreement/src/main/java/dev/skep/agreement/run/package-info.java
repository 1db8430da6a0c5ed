/** One program on packets, in skep's engines or in the kernel. */
@NullMarked
package dev.skep.agreement.run;

import org.jspecify.annotations.NullMarked;
