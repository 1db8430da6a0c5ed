/**
 * Classic BPF, the machine of 1992: an accumulator, an index register, sixteen words of memory.
 *
 * <p>Still what {@code tcpdump} compiles to and what {@code SO_ATTACH_FILTER} and seccomp take.
 * Programs come from text ({@link dev.skep.isa.classic.ClassicText}), are checked as Linux checks
 * them ({@link dev.skep.isa.classic.ClassicCheck}), run as they are ({@link
 * dev.skep.isa.classic.ClassicMachine}) or are converted to BPF ({@link
 * dev.skep.isa.classic.ClassicConverter}).
 */
@NullMarked
package dev.skep.isa.classic;

import org.jspecify.annotations.NullMarked;
