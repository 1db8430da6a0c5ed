/**
 * skep's judgement as a library: files and kernels in, a report of values out.
 *
 * <p>The way through it:
 *
 * <ol>
 *   <li>{@link dev.skep.report.Lint} is the front door: {@code Lint.of(files).kernels(…).run()}.
 *   <li>{@link dev.skep.report.input.Inputs} reads each file for each kernel; {@link
 *       dev.skep.report.input.KernelTypes} and {@link dev.skep.report.input.KernelOptions} say what
 *       that kernel is.
 *   <li>{@link dev.skep.report.Report} holds, by file and kernel, the verdict on each program and
 *       what there is to say about it; a file of which nothing was judged has a {@link
 *       dev.skep.report.Problem} and hides no other.
 *   <li>A {@link dev.skep.report.Rule} says more about programs that are accepted.
 *   <li>A {@link dev.skep.report.format.ReportFormat} writes the report: text, JSON, SARIF. A new
 *       one is one class.
 * </ol>
 *
 * <p>Packages, from the ground up: {@code text < input < report < format}.
 */
@NullMarked
package dev.skep.report;

import org.jspecify.annotations.NullMarked;
