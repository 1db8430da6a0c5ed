/**
 * From a file's bytes to a {@link dev.skep.object.BpfObject}, step by step as libbpf does it:
 * programs, externs, types, maps, relocations, subprograms.
 */
@NullMarked
package dev.skep.object.reader;

import org.jspecify.annotations.NullMarked;
