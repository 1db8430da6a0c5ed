/** The reference engine: checks every access, counts every instruction, steps one at a time. */
@NullMarked
package dev.skep.interpreter;

import org.jspecify.annotations.NullMarked;
