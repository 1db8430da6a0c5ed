@NullMarked
package dev.skep.runtime.helper;

import org.jspecify.annotations.NullMarked;
