/**
 * Why a program is refused, as values: the rule, its kind of safety, and the evidence.
 *
 * <p>The checks give a {@link dev.skep.verifier.reason.Reason} and evidence at each place that
 * refuses, beside the kernel's message; {@link dev.skep.verifier.reason.Refusal} brings them
 * together for whoever asked. Nothing here is ever read from a message.
 */
@NullMarked
package dev.skep.verifier.reason;

import org.jspecify.annotations.NullMarked;
