/**
 * The parts of map values and of allocated objects that belong to the kernel: locks, timers,
 * pointers to kernel objects, lists and trees. {@link dev.skep.object.fields.ValueFields} finds
 * them in BTF as {@code btf_parse_fields} does; what each is, and where it may be, is {@link
 * dev.skep.catalog.SpecialField}.
 */
@NullMarked
package dev.skep.object.fields;

import org.jspecify.annotations.NullMarked;
