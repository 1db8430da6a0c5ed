/**
 * Reads what is judged: objects, assembly, executables with objects inside; and a kernel's types
 * and build options.
 */
@NullMarked
package dev.skep.report.input;

import org.jspecify.annotations.NullMarked;
