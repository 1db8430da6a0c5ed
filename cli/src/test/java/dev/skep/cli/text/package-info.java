@NullMarked
package dev.skep.cli.text;

import org.jspecify.annotations.NullMarked;
