/**
 * CO-RE ("compile once, run everywhere"): finds the types, fields and enumerators that a program
 * was compiled against in another kernel's BTF, with libbpf's rules and results.
 */
@NullMarked
package dev.skep.object.core;

import org.jspecify.annotations.NullMarked;
