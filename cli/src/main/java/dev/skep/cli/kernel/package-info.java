/** {@code skep kernel}: the running kernel through bpf(2). */
@NullMarked
package dev.skep.cli.kernel;

import org.jspecify.annotations.NullMarked;
