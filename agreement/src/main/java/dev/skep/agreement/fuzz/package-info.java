/**
 * Campaigns of generated inputs: programs against kernels and engines, damaged files against
 * readers.
 */
@NullMarked
package dev.skep.agreement.fuzz;

import org.jspecify.annotations.NullMarked;
