@NullMarked
package dev.skep.agreement.corpus;

import org.jspecify.annotations.NullMarked;
