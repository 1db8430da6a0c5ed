/** Packets to run programs on: sample packets and capture files. */
@NullMarked
package dev.skep.runtime.packet;

import org.jspecify.annotations.NullMarked;
