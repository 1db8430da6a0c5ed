/**
 * skep beside kernels, as a library: whether it says what Linux says.
 *
 * <ul>
 *   <li>{@link dev.skep.agreement.answer.KernelAnswer}: what the running kernel says to a program;
 *   <li>{@link dev.skep.agreement.log.LogDiff}: where two verifier logs part;
 *   <li>{@link dev.skep.agreement.run.PacketRunner}: a program on packets, in any engine or in the
 *       kernel;
 *   <li>{@link dev.skep.agreement.compare.Comparison}: both answers to one program;
 *   <li>{@link dev.skep.agreement.corpus.CorpusRun}: recorded programs, judged and counted;
 *   <li>{@link dev.skep.agreement.fuzz.Campaign}: generated inputs.
 * </ul>
 *
 * <p>Packages, from the ground up: {@code log < answer < run < compare}; {@code corpus} and {@code
 * fuzz} stand beside {@code compare}.
 */
@NullMarked
package dev.skep.agreement;

import org.jspecify.annotations.NullMarked;
