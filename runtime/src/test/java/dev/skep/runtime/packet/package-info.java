@NullMarked
package dev.skep.runtime.packet;

import org.jspecify.annotations.NullMarked;
