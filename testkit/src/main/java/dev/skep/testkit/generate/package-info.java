/** Makes programs for property tests and campaigns: the same seed makes the same program. */
@NullMarked
package dev.skep.testkit.generate;

import org.jspecify.annotations.NullMarked;
