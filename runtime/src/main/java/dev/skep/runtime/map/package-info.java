/**
 * The kernel's maps, each type in a file of its own that names the kernel's operations.
 *
 * <p>In comes a {@link dev.skep.object.MapSpec} ({@link dev.skep.runtime.map.Maps#create}, {@code
 * BPF_MAP_CREATE}), out a {@link dev.skep.runtime.map.BpfMap} with two sides: what programs call
 * (their processor's number, ranges of bytes, addresses, negative errors) and what the system call
 * does ({@code get}, {@code put}, {@code remove}, {@code keys}). Of the kernel around it a map
 * knows a {@link dev.skep.runtime.map.MapHost} only, so that it can be tested without a machine.
 */
@NullMarked
package dev.skep.runtime.map;

import org.jspecify.annotations.NullMarked;
