/**
 * Text to {@link dev.skep.object.BpfObject}, and back.
 *
 * <p>{@link dev.skep.assembler.Assembler} reads both syntaxes, line by line and even mixed: the
 * kernel's and LLVM's ({@code r1 = *(u32 *)(r2 + 8)}) and that of mnemonics ({@code ldxw %r1,
 * [%r2+8]}). The output of {@code clang -S}, of {@code llvm-objdump -d} and the verifier's log
 * assemble when pasted. A small file:
 *
 * <pre>{@code
 * .license "GPL"
 * .struct flow source=u32 ports=u16[2]               # types for keys and values
 * .map counts type=hash key=4 value=8 entries=1024   # also: flags= extra= inner= slotN= pin=name
 * PASS = 2
 * .rodata
 * limit: .long 7                                     # .byte .short .long .quad .asciz .zero .align
 * .program count type=xdp                            # also: attach= section= target= flags=
 *     *(u32 *)(r10 - 4) = 0
 *     r1 = map[counts] ll                            # or: r1 = counts ll, lddw %r1, map[counts]
 *     r2 = r10
 *     r2 += -4
 *     call bpf_map_lookup_elem
 *     if r0 == 0 goto out
 *     r1 = limit ll
 * out:
 *     call finish
 *     exit
 * .function finish                                   # appended to every program that calls it
 *     w0 = PASS
 *     exit
 * }</pre>
 *
 * <p>Kernel functions are declared ({@code .kfunc bpf_rcu_read_lock}) or called by BTF id ({@code
 * call kfunc 77}); {@code .loc "file.c", LINE, COLUMN, "text"} sets the source line, which is
 * otherwise the assembly's own. Wide loads without names read as in RFC 9669: {@code
 * map_val(map_by_fd(3)) + 8}, {@code var_addr(12)}, {@code code_addr(5)}.
 *
 * <p>{@link dev.skep.assembler.Disassembler} writes what the assembler reads back to the same code.
 * {@link dev.skep.assembler.Carets} shows a diagnostic under its line.
 */
@NullMarked
package dev.skep.assembler;

import org.jspecify.annotations.NullMarked;
