/** Commands on assembly text. */
@NullMarked
package dev.skep.cli.assembly;

import org.jspecify.annotations.NullMarked;
