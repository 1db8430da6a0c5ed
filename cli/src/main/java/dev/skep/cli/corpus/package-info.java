/** {@code skep corpus}: recorded programs and the kernels' recorded answers, judged again. */
@NullMarked
package dev.skep.cli.corpus;

import org.jspecify.annotations.NullMarked;
