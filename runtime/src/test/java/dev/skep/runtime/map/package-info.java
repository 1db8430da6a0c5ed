@NullMarked
package dev.skep.runtime.map;

import org.jspecify.annotations.NullMarked;
