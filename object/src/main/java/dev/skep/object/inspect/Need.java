package dev.skep.object.inspect;

import dev.skep.catalog.KernelVersion;

/**
 * Something that a program needs of the kernel.
 *
 * @param feature in words, such as {@code map type ringbuf (BPF_MAP_TYPE_RINGBUF)}
 * @param since the Linux release that brought it
 */
public record Need(String feature, KernelVersion since) {}
