package dev.skep.object;

/**
 * A function's start: {@code struct bpf_func_info}.
 *
 * @param pc its first instruction slot
 * @param typeId id of its {@code BTF_KIND_FUNC} in the program's BTF
 */
public record FunctionInfo(int pc, int typeId) {}
