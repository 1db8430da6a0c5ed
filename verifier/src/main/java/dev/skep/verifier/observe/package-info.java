/**
 * What the walk over a program does, told as values.
 *
 * <p>What comes in: nothing but the walk itself. {@link dev.skep.verifier.Verifier#verify} takes an
 * {@link dev.skep.verifier.observe.Observer}; while the program is judged it is given one {@link
 * dev.skep.verifier.observe.Event} after the other, in the order in which things happen. What goes
 * out: immutable records, which may be kept, compared and shown; nothing has to be read back from
 * the log's text.
 *
 * <p>The tour:
 *
 * <ol>
 *   <li>{@link dev.skep.verifier.observe.Observer} is what you implement, and {@link
 *       dev.skep.verifier.observe.Interest} what you ask for: what nobody asks for is not made.
 *   <li>{@link dev.skep.verifier.observe.State} is one point of one path, a snapshot of {@code
 *       struct bpf_verifier_state}: every frame's registers and stack, references, locks and
 *       regions. What did not change from one snapshot to the next is shared, not copied.
 *   <li>{@link dev.skep.verifier.observe.Event} names what happens. The walk is depth first ({@code
 *       do_check}): a path is taken up ({@code pop_stack}), steps over instructions, splits ({@code
 *       push_stack}), and ends: at the program's exit, at a barrier, or because an earlier state
 *       covers it ({@code is_state_visited}). Paths and kept states have numbers, in the order in
 *       which they came to be, each from 0.
 *   <li>{@link dev.skep.verifier.observe.Covered} and {@link dev.skep.verifier.observe.Difference}
 *       say why a path could end, and why it could not ({@code regsafe}, {@code stacksafe}, {@code
 *       refsafe}).
 *   <li>{@link dev.skep.verifier.observe.Event.PrecisionChain} follows {@code mark_chain_precision}
 *       backwards: which registers and slots a decision leant on, instruction by instruction, and
 *       in which kept states they were marked.
 * </ol>
 *
 * <p>The log of levels 1 and 2 stands beside: it is told at the same points by the same calls
 * ({@code dev.skep.verifier.watch}), but reads the state in place instead of from snapshots, since
 * it shows a few registers of it and is written for programs of a million steps.
 */
@NullMarked
package dev.skep.verifier.observe;

import org.jspecify.annotations.NullMarked;
