/** The skep command. */
@NullMarked
package dev.skep.cli;

import org.jspecify.annotations.NullMarked;
