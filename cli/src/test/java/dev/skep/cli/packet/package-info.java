@NullMarked
package dev.skep.cli.packet;

import org.jspecify.annotations.NullMarked;
