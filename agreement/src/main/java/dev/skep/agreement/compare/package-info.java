/** skep's answers beside the running kernel's. */
@NullMarked
package dev.skep.agreement.compare;

import org.jspecify.annotations.NullMarked;
