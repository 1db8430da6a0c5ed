@NullMarked
package dev.skep.agreement.fuzz;

import org.jspecify.annotations.NullMarked;
