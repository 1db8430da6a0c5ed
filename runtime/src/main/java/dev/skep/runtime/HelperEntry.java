package dev.skep.runtime;

/** A helper: its number and name in {@code linux/bpf.h}, and what it does. */
public record HelperEntry(int id, String name, Helper helper) {}
