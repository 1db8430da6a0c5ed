package dev.skep.kernel;

import dev.skep.object.Bytes;

/**
 * The outcome of {@code BPF_PROG_TEST_RUN}.
 *
 * @param retval the program's result, of the last repetition
 * @param dataOut the packet after the run, empty if none went in
 * @param ctxOut the context after the run, empty if none went in
 * @param durationNanos mean time of one repetition in nanoseconds, as the kernel measures it
 */
public record TestRun(int retval, Bytes dataOut, Bytes ctxOut, long durationNanos) {}
