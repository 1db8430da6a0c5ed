package dev.skep.object.inspect;

/**
 * How many places of a program a loader fills in, CO-RE aside.
 *
 * @param maps loads of a map
 * @param mapValues loads of an address in a map's value: global data
 * @param variables loads of a kernel variable's address
 * @param kernelCalls calls of kernel functions
 * @param localCalls calls of the object's own functions
 * @param functionAddresses loads of a function's address: callbacks
 */
public record Relocations(
    int maps,
    int mapValues,
    int variables,
    int kernelCalls,
    int localCalls,
    int functionAddresses) {}
