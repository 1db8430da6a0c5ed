@NullMarked
package dev.skep.interpreter;

import org.jspecify.annotations.NullMarked;
