/** What is in an object, and what it needs of a kernel. */
@NullMarked
package dev.skep.object.inspect;

import org.jspecify.annotations.NullMarked;
