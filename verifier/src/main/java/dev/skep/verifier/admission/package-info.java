/**
 * What is refused before any path is walked: attach targets, helpers and maps that a program of
 * this type may not use, fields that must be zero.
 */
@NullMarked
package dev.skep.verifier.admission;

import org.jspecify.annotations.NullMarked;
