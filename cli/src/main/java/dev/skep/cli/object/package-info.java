/** Commands on objects: lint, verify, run, compare. */
@NullMarked
package dev.skep.cli.object;

import org.jspecify.annotations.NullMarked;
