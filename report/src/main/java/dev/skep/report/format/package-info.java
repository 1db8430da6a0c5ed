/** Writers of reports, behind one interface. */
@NullMarked
package dev.skep.report.format;

import org.jspecify.annotations.NullMarked;
