/** BPF programs as Java tests, and program generators. */
@NullMarked
package dev.skep.testkit;

import org.jspecify.annotations.NullMarked;
