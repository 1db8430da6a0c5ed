# SPDX-License-Identifier: Apache-2.0
# Packets: what a comparison with the end proves.

.license "GPL"
.map numbers type=array key=4 value=8 entries=4
.function adjusts
    r2 = 4
    call bpf_xdp_adjust_head
    r0 = 0
    exit
.function checks
    r4 = r1
    r4 += 8
    if r4 > r2 goto no
    r0 = *(u8 *)(r1 + 7)
    exit
no:
    r0 = 0
    exit

# says: accepted
.program checked type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r0 = *(u64 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program not_checked type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r0 = *(u64 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program checked_too_little type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 7
    if r4 > r3 goto out
    r0 = *(u64 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program wrong_branch type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 <= r3 goto out
    r0 = *(u64 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program end_on_the_left type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r3 < r4 goto out
    r0 = *(u64 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program end_on_the_left_or_equal type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r3 <= r4 goto out
    r0 = *(u8 *)(r2 + 8)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program greater_or_equal type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 >= r3 goto out
    r0 = *(u8 *)(r2 + 8)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program equal_to_end type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 != r3 goto out
    r0 = *(u64 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R3 invalid mem access 'pkt_end'
.program end_read type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r0 = *(u8 *)(r3 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R3 pointer arithmetic on pkt_end prohibited
.program end_minus_one type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r3 += -1
    r0 = *(u8 *)(r3 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program end_minus_start type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r3 -= r2
    r4 = r3
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program before_start type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r0 = *(u8 *)(r2 - 1)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program variable_offset type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r5 = *(u32 *)(r1 + 12)
    r5 &= 255
    r2 += r5
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program variable_offset_not_checked_again type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r5 = *(u32 *)(r1 + 12)
    r5 &= 255
    r2 += r5
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program variable_offset_too_large type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r5 = *(u32 *)(r1 + 12)
    r2 += r5
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program variable_offset_16_bits type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r5 = *(u32 *)(r1 + 12)
    r5 &= 0xffff
    r2 += r5
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R6 offset is outside of the packet
.program variable_offset_other_copy type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r5 = *(u32 *)(r1 + 12)
    r5 &= 255
    r6 = r2
    r2 += r5
    r6 += r5
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r6 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: value -2147483648 makes pkt pointer be out of bounds
.program negative_offset type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r5 = *(s32 *)(r10 - 8)
    r2 += r5
    r0 = 0
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program constant_too_far type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r2 += 0x10000
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program written type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    *(u64 *)(r2 + 0) = 5
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program written_in_classifier type=sched_cls
    r2 = *(u32 *)(r1 + 76)
    r3 = *(u32 *)(r1 + 80)
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    *(u64 *)(r2 + 0) = 5
    r0 = 0
out:
    r0 = 0
    exit

# says: unreachable insn 8
.program written_in_cgroup_filter type=cgroup_skb attach=cgroup_inet_egress
    r2 = *(u32 *)(r1 + 76)
    r3 = *(u32 *)(r1 + 80)
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    *(u64 *)(r2 + 0) = 5
    r0 = 1
    exit
    r0 = 0
out:
    r0 = 0
    exit

# says: invalid bpf_context access off=76 size=4
.program read_in_socket_filter type=socket_filter
    r2 = *(u32 *)(r1 + 76)
    r0 = 0
out:
    r0 = 0
    exit

# says: BPF_ATOMIC stores into R2 pkt is not allowed
.program atomic type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r5 = 1
    lock *(u64 *)(r2 + 0) += r5
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program stored_in_map type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    *(u64 *)(r10 - 8) = r2
    *(u32 *)(r10 - 12) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -12
    r3 = r10
    r3 += -8
    r4 = 0
    call bpf_map_update_elem
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program as_key type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r1 = numbers ll
    call bpf_map_lookup_elem
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program as_key_too_short type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 3
    if r4 > r3 goto out
    r1 = numbers ll
    call bpf_map_lookup_elem
    r0 = 0
out:
    r0 = 0
    exit

# says: R7 invalid mem access 'scalar'
.program gone_after_adjust type=xdp
    r6 = r1
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r7 = r2
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r1 = r6
    r2 = 4
    call bpf_xdp_adjust_head
    r0 = *(u8 *)(r7 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R7 invalid mem access 'scalar'
.program gone_after_adjust_in_function type=xdp
    r6 = r1
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r7 = r2
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r1 = r6
    call adjusts
    r0 = *(u8 *)(r7 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program meta type=xdp
    r2 = *(u32 *)(r1 + 8)
    r3 = *(u32 *)(r1 + 0)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program meta_against_end type=xdp
    r2 = *(u32 *)(r1 + 8)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program data_against_meta type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 8)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program meta_not_checked type=xdp
    r2 = *(u32 *)(r1 + 8)
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program two_checks_the_larger_counts type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r4 = r2
    r4 += 16
    if r4 > r3 goto out
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r0 = *(u64 *)(r2 + 8)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program spilled_and_checked type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    *(u64 *)(r10 - 8) = r2
    r4 = r2
    r4 += 8
    if r4 > r3 goto out
    r5 = *(u64 *)(r10 - 8)
    r0 = *(u64 *)(r5 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program checked_in_function type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r1 = r2
    r2 = r3
    call checks
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 pointer arithmetic with <<= operator prohibited
.program shifted type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r2 <<= 1
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 bitwise operator &= on pointer prohibited
.program and_mask type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    r2 &= -4
    r0 = *(u8 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 32-bit pointer arithmetic prohibited
.program in_32_bits type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    w2 += 4
    r0 = *(u8 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program compared_with_number type=xdp
    r2 = *(u32 *)(r1 + 0)
    r3 = *(u32 *)(r1 + 4)
    if r2 > 5 goto out
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 offset is outside of the packet
.program skb_other_end type=sched_cls
    r2 = *(u32 *)(r1 + 140)
    r3 = *(u32 *)(r1 + 80)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit
