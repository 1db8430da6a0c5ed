# SPDX-License-Identifier: Apache-2.0
# The stack: what is on it, how much of it there is, whose it is.

.license "GPL"
.function deep
    *(u64 *)(r10 - 400) = 1
    r0 = 0
    exit
.function deeper
    *(u64 *)(r10 - 304) = 1
    call deep
    exit
.function f8
    call f7
    exit
.function f7
    call f6
    exit
.function f6
    call f5
    exit
.function f5
    call f4
    exit
.function f4
    call f3
    exit
.function f3
    call f2
    exit
.function f2
    call f1
    exit
.function f1
    r0 = 0
    exit
.function endless
    call endless
    exit
.function writes
    *(u64 *)(r1 + 0) = 2
    r0 = 0
    exit
.function reads
    r0 = *(u64 *)(r1 + 0)
    exit
.function returns_own
    r0 = r10
    exit

# says: accepted
.program written_and_read type=xdp
    *(u64 *)(r10 - 8) = 5
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program read_unwritten type=xdp
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program read_half_written type=xdp
    *(u32 *)(r10 - 8) = 5
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program at_bottom type=xdp
    *(u64 *)(r10 - 512) = 5
    r0 = 0
    exit

# says: invalid write to stack R10 off=-520 size=8
.program below_bottom type=xdp
    *(u64 *)(r10 - 520) = 5
    r0 = 0
    exit

# says: invalid write to stack R10 off=0 size=8
.program above_top type=xdp
    *(u64 *)(r10 + 0) = 5
    r0 = 0
    exit

# says: misaligned stack access off 0+0+-4 size 8
.program across_top type=xdp
    *(u64 *)(r10 - 4) = 5
    r0 = 0
    exit

# says: misaligned stack access off 0+0+-12 size 8
.program unaligned type=xdp
    *(u64 *)(r10 - 12) = 5
    r0 = 0
    exit

# says: misaligned stack access off 0+0+-3 size 2
.program unaligned_short type=xdp
    *(u16 *)(r10 - 3) = 5
    r0 = 0
    exit

# says: frame pointer is read only
.program frame_pointer_moved type=xdp
    r10 += -8
    r0 = 0
    exit

# says: accepted
.program frame_pointer_copied type=xdp
    r2 = r10
    r2 += -8
    *(u64 *)(r2 + 0) = 5
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program pointer_spilled type=xdp
    *(u64 *)(r10 - 8) = r1
    r2 = *(u64 *)(r10 - 8)
    r0 = *(u32 *)(r2 + 0)
    exit

# says: invalid size of register spill
.program pointer_spilled_half type=xdp
    *(u32 *)(r10 - 8) = r1
    r0 = 0
    exit

# says: misaligned stack access off 0+0+-12 size 8
.program pointer_spilled_unaligned type=xdp
    *(u64 *)(r10 - 12) = r1
    r0 = 0
    exit

# says: invalid size of register fill
.program pointer_filled_half type=xdp
    *(u64 *)(r10 - 8) = r1
    r0 = *(u32 *)(r10 - 8)
    exit

# says: R2 invalid mem access 'scalar'
.program pointer_overwritten_in_part type=xdp
    *(u64 *)(r10 - 8) = r1
    *(u8 *)(r10 - 8) = 0
    r2 = *(u64 *)(r10 - 8)
    r0 = *(u32 *)(r2 + 0)
    exit

# says: accepted
.program number_keeps_range type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 7
    *(u64 *)(r10 - 16) = r2
    r3 = *(u64 *)(r10 - 16)
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program number_narrow_fill type=xdp
    r2 = 0x1234
    *(u64 *)(r10 - 8) = r2
    r0 = *(u16 *)(r10 - 8)
    exit

# says: accepted
.program number_high_half type=xdp
    r2 = 0x123400000000 ll
    *(u64 *)(r10 - 8) = r2
    r0 = *(u32 *)(r10 - 4)
    exit

# says: accepted
.program number_half_spill_whole_fill type=xdp
    r2 = 5
    *(u32 *)(r10 - 8) = r2
    *(u32 *)(r10 - 4) = r2
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program variable_write type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 8
    r2 += -16
    r3 = r10
    r3 += r2
    *(u64 *)(r3 + 0) = 5
    r0 = 0
    exit

# says: accepted
.program variable_write_then_read type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 8
    r2 += -16
    r3 = r10
    r3 += r2
    *(u64 *)(r3 + 0) = 5
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program variable_read_unwritten type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 8
    r2 += -16
    r3 = r10
    r3 += r2
    *(u64 *)(r10 - 8) = 5
    r0 = *(u64 *)(r3 + 0)
    exit

# says: accepted
.program variable_read type=xdp
    *(u64 *)(r10 - 8) = 5
    *(u64 *)(r10 - 16) = 6
    r2 = *(u32 *)(r1 + 12)
    r2 &= 8
    r2 += -16
    r3 = r10
    r3 += r2
    r0 = *(u64 *)(r3 + 0)
    exit

# says: accepted
.program variable_read_of_pointer type=xdp
    *(u64 *)(r10 - 8) = r1
    *(u64 *)(r10 - 16) = 6
    r2 = *(u32 *)(r1 + 12)
    r2 &= 8
    r2 += -16
    r3 = r10
    r3 += r2
    r0 = *(u64 *)(r3 + 0)
    exit

# says: invalid unbounded variable-offset write to stack R3
.program variable_unbounded type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r10
    r3 += r2
    *(u8 *)(r3 - 8) = 1
    r0 = 0
    exit

# says: invalid variable-offset write to stack R3 var_off=(0x0; 0xf) off=-8 size=1
.program variable_beyond type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 15
    r3 = r10
    r3 += -8
    r3 += r2
    *(u8 *)(r3 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program zero_then_partly_written type=xdp
    *(u64 *)(r10 - 8) = 0
    *(u8 *)(r10 - 5) = 7
    r0 = *(u16 *)(r10 - 8)
    exit

# says: accepted
.program to_helper type=xdp
    r1 = r10
    r1 += -8
    r2 = 8
    *(u64 *)(r10 - 8) = 0
    r3 = 0
    r4 = 0
    r5 = 0
    call bpf_trace_printk
    r0 = 0
    exit

# says: accepted
.program to_helper_uninitialised type=xdp
    r1 = r10
    r1 += -8
    r2 = 8
    call bpf_trace_printk
    r0 = 0
    exit

# says: invalid read from stack R1 off=-8 size=9
.program to_helper_too_long type=xdp
    *(u64 *)(r10 - 8) = 0
    r1 = r10
    r1 += -8
    r2 = 9
    call bpf_trace_printk
    r0 = 0
    exit

# says: R2 invalid zero-sized read: u64=[0,0]
.program to_helper_zero_length type=xdp
    *(u64 *)(r10 - 8) = 0
    r1 = r10
    r1 += -8
    r2 = 0
    call bpf_trace_printk
    r0 = 0
    exit

# says: R2 invalid zero-sized read: u64=[0,4294967295]
.program to_helper_length_unknown type=xdp
    r2 = *(u32 *)(r1 + 12)
    *(u64 *)(r10 - 8) = 0
    r1 = r10
    r1 += -8
    call bpf_trace_printk
    r0 = 0
    exit

# says: R2 min value is negative, either use unsigned or 'var &= const'
.program to_helper_length_negative type=xdp
    r2 = *(s32 *)(r10 - 8)
    *(u64 *)(r10 - 8) = 0
    r1 = r10
    r1 += -8
    if r2 s> 8 goto l
    call bpf_trace_printk
l:
    r0 = 0
    exit

# says: accepted
.program private_each_tracing type=raw_tracepoint
    *(u64 *)(r10 - 400) = 1
    call deep
    r0 = 0
    exit

# says: combined stack size of 2 calls is 800. Too large
.program shared_elsewhere type=xdp
    *(u64 *)(r10 - 400) = 1
    call deep
    r0 = 0
    exit

# says: accepted
.program private_own_limit type=raw_tracepoint
    *(u64 *)(r10 - 512) = 1
    call deep
    call deeper
    r0 = 0
    exit

# says: accepted
.program private_with_small_frames type=tracepoint
    *(u64 *)(r10 - 8) = 1
    call deeper
    r0 = 0
    exit

# says: combined stack size of 3 calls is 720. Too large
.program shared_deep type=xdp
    *(u64 *)(r10 - 8) = 1
    call deeper
    r0 = 0
    exit

# says: accepted
.program eight_frames type=xdp
    call f7
    r0 = 0
    exit

# says: the call stack of 9 frames is too deep
.program nine_frames type=xdp
    call f8
    r0 = 0
    exit

# says: the call stack of 9 frames is too deep
.program recursion type=xdp
    call endless
    exit

# says: accepted
.program callers_frame_by_pointer type=xdp
    *(u64 *)(r10 - 8) = 1
    r1 = r10
    r1 += -8
    call writes
    r0 = *(u64 *)(r10 - 8)
    exit

# says: accepted
.program callers_frame_uninitialised type=xdp
    r1 = r10
    r1 += -8
    call reads
    r0 = 0
    exit

# says: cannot return stack pointer to the caller
.program own_frame_returned type=xdp
    call returns_own
    exit
