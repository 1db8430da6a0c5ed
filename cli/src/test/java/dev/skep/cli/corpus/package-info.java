@NullMarked
package dev.skep.cli.corpus;

import org.jspecify.annotations.NullMarked;
