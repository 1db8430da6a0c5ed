@NullMarked
package dev.skep.report.text;

import org.jspecify.annotations.NullMarked;
