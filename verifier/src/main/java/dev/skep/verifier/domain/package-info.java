/**
 * The scalar abstract domain: what is known about a 64-bit number that a program computes.
 *
 * <p>A value is described five times over, and the five inform each other: which bits are known
 * ({@link dev.skep.verifier.domain.Tnum}), and signed and unsigned bounds of the whole register and
 * of its low half ({@link dev.skep.verifier.domain.ScalarRange}). {@code RangeDeduction} carries
 * knowledge from one to the others, {@code RangeArithmetic} says what an instruction does to a
 * range, {@code RangeConversion} what a change of width does, {@link
 * dev.skep.verifier.domain.BranchLogic} what a conditional jump teaches.
 *
 * <p>The values are meant to be those of Linux, bit for bit, because the kernel's log prints them.
 * Where releases differ, {@link dev.skep.verifier.domain.DomainRules} tells them apart.
 *
 * <p>Everything public here is immutable.
 */
@NullMarked
package dev.skep.verifier.domain;

import org.jspecify.annotations.NullMarked;
