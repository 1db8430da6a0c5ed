/** How a command ends. */
@NullMarked
package dev.skep.cli.exit;

import org.jspecify.annotations.NullMarked;
