package dev.skep.kernel.info;

/**
 * {@code struct bpf_btf_info}.
 *
 * @param name {@code vmlinux} or a module's name; empty for a program's types
 * @param size of the raw types, in bytes
 * @param kernel whether they are the kernel's or a module's
 */
public record BtfInfo(int id, String name, int size, boolean kernel) {}
