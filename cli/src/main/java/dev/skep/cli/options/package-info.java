/** Options that several commands share, and what they choose. */
@NullMarked
package dev.skep.cli.options;

import org.jspecify.annotations.NullMarked;
