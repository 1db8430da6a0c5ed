/** {@code skep kernel}: objects in the running kernel, in bpftool's habits. */
@NullMarked
package dev.skep.cli.kernel;

import org.jspecify.annotations.NullMarked;
