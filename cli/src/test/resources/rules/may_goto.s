# SPDX-License-Identifier: Apache-2.0
# Loops: may_goto, bounded ones, endless ones.

.license "GPL"
.map ring type=ringbuf key=0 value=0 entries=4096
.function loops
    r2 = 0
lf:
    may_goto of
    r2 += 1
    goto lf
of:
    r0 = r2
    exit

# says: accepted
.program counted type=xdp
    r2 = 0
l:
    r2 += 1
    may_goto out
    if r2 < 100 goto l
out:
    r0 = 0
    exit

# says: accepted
.program endless_with_may_goto type=xdp
l:
    may_goto out
    goto l
out:
    r0 = 0
    exit

# says: unreachable insn 1
.program endless_without type=xdp
l:
    goto l
    r0 = 0
    exit

# says: old state: R1=ctx() R2=P0 R10=fp0
.program endless_condition type=xdp
    r2 = 0
l:
    if r2 == 0 goto l
    r0 = 0
    exit

# says: invalid write to stack R4 off=0 size=1
.program index_grows type=xdp
    r2 = 0
    r3 = 0
l:
    may_goto out
    r4 = r10
    r4 += -8
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r2 += 1
    goto l
out:
    r0 = 0
    exit

# says: accepted
.program index_grows_checked type=xdp
    r2 = 0
l:
    may_goto out
    if r2 > 7 goto out
    r4 = r10
    r4 += -8
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r2 += 1
    goto l
out:
    r0 = 0
    exit

# says: accepted
.program two_loops type=xdp
    r2 = 0
l:
    may_goto m
    r2 += 1
    goto l
m:
    may_goto out
    r2 += 1
    goto m
out:
    r0 = 0
    exit

# says: accepted
.program in_function type=xdp
    call loops
    call loops
    r0 = 0
    exit

# says: accepted
.program jumps_to_next type=xdp
    may_goto l
l:
    r0 = 0
    exit

# says: The sequence of 8193 jumps is too complex.
.program jumps_back type=xdp
    r0 = 0
l:
    r0 += 1
    may_goto l
    exit

# says: accepted
.program stack_nearly_full type=xdp
    *(u64 *)(r10 - 504) = 1
l:
    may_goto out
    goto l
out:
    r0 = 0
    exit

# says: accepted
.program stack_full type=xdp
    *(u64 *)(r10 - 512) = 1
l:
    may_goto out
    goto l
out:
    r0 = 0
    exit

# says: accepted
.program with_reference type=xdp
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto none
    r6 = r0
l:
    may_goto out
    goto l
out:
    r1 = r6
    r2 = 0
    call bpf_ringbuf_submit
none:
    r0 = 0
    exit

# says: accepted
.program reference_each_round type=xdp
l:
    may_goto out
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto l
    r1 = r0
    r2 = 0
    call bpf_ringbuf_submit
    goto l
out:
    r0 = 0
    exit

# says: BPF_EXIT instruction in main prog would lead to reference leak
.program reference_leaks_each_round type=xdp
l:
    may_goto out
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    goto l
out:
    r0 = 0
    exit

# says: The sequence of 8193 jumps is too complex.
.program pointer_walks_packet type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r0 = 0
l:
    may_goto out
    r4 = r2
    r4 += 1
    if r4 > r3 goto out
    r5 = *(u8 *)(r2 + 0)
    r2 = r4
    goto l
out:
    exit

# says: accepted
.program sum_unknown type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = 0
l:
    may_goto out
    r3 += r2
    goto l
out:
    r0 = 0
    exit

# says: accepted
.program number_kept type=xdp
    r2 = 5
l:
    may_goto out
    r3 = r2
    goto l
out:
    r0 = r2
    exit

# says: accepted
.program bounded_loop type=xdp
    r2 = 0
l:
    r2 += 1
    if r2 < 1000 goto l
    r0 = 0
    exit

# says: accepted
.program bounded_by_unknown type=xdp
    r3 = *(u32 *)(r1 + 12)
    r3 &= 63
    r2 = 0
l:
    r2 += 1
    if r2 < r3 goto l
    r0 = 0
    exit

# says: last insn is not an exit or jmp
.program may_goto_last type=xdp
    r0 = 0
l:
    may_goto l
