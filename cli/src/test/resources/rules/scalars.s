# SPDX-License-Identifier: Apache-2.0
# Numbers: ranges, and what one register tells about another.

.license "GPL"

# says: accepted
.program copy_checked type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    if r2 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program copy_checked_after type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    if r3 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: invalid unbounded variable-offset write to stack R4
.program copy_changed_before type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 *= 2
    if r2 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program copy_plus_constant type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 += 4
    if r2 > 11 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: invalid variable-offset write to stack R4 var_off=(0x0; 0x1f) off=-16 size=1
.program copy_plus_too_much type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 += 5
    if r2 > 11 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program copy_minus_constant type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 += -4
    if r2 > 15 goto out
    if r2 < 4 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program constant_learnt_from_sum type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 += 4
    if r3 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: invalid unbounded variable-offset write to stack R4
.program added_twice type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 += 4
    r3 += 4
    if r2 > 7 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program added_in_32_bits type=xdp
    r2 = *(u32 *)(r1 + 12)
    w3 = w2
    w3 += 4
    if w2 > 11 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program subtracted type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = r2
    r3 -= 4
    if r2 > 15 goto out
    if r2 < 4 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program copy_in_32_bits type=xdp
    r2 = *(u32 *)(r1 + 12)
    w3 = w2
    if r2 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: math between fp pointer and register with unbounded min value is not allowed
.program copy_checked_in_32_bits type=xdp
    r2 = *(u64 *)(r10 - 8)
    r3 = r2
    if w2 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program spilled_checked type=xdp
    r2 = *(u32 *)(r1 + 12)
    *(u64 *)(r10 - 24) = r2
    if r2 > 15 goto out
    r3 = *(u64 *)(r10 - 24)
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program filled_checked type=xdp
    r2 = *(u32 *)(r1 + 12)
    *(u64 *)(r10 - 24) = r2
    r3 = *(u64 *)(r10 - 24)
    if r3 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program spilled_half_checked type=xdp
    r2 = *(u32 *)(r1 + 12)
    *(u32 *)(r10 - 24) = r2
    if r2 > 15 goto out
    r3 = *(u32 *)(r10 - 24)
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program seven_copies type=xdp
    r2 = *(u32 *)(r1 + 12)
    r0 = r2
    r3 = r2
    r5 = r2
    r6 = r2
    r7 = r2
    r8 = r2
    r9 = r2
    if r2 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r9
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program signed_copy type=xdp
    r2 = *(u64 *)(r10 - 8)
    r3 = (s32)r2
    if r3 > 15 goto out
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program compared_with_each_other type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = *(u32 *)(r1 + 16)
    if r3 > 15 goto out
    if r2 > r3 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program equal_to_known type=xdp
    r2 = *(u32 *)(r1 + 12)
    r3 = 9
    if r2 != r3 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program bits_tested type=xdp
    r2 = *(u32 *)(r1 + 12)
    if r2 & 0xfffffff0 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program signed_below type=xdp
    r2 = *(u32 *)(r1 + 12)
    if r2 s> 15 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: math between fp pointer and register with unbounded min value is not allowed
.program signed_unknown_sign type=xdp
    r2 = *(u64 *)(r10 - 8)
    if r2 s> 15 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program shifted type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 >>= 28
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: math between fp pointer and register with unbounded min value is not allowed
.program remainder type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 %= 16
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: math between fp pointer and register with unbounded min value is not allowed
.program divided type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 /= 0x10000000
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program multiplied type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 3
    r2 *= 5
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program subtracted_from type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 7
    r3 = 15
    r3 -= r2
    r4 = r10
    r4 += -16
    r4 += r3
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program negated type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 7
    r2 = -r2
    r2 += 8
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: invalid variable-offset write to stack R4 var_off=(0x0; 0x700) off=-16 size=1
.program byte_swapped type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 7
    r2 = bswap16 r2
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program sign_extended_byte type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 = (s8)r2
    if r2 s< 0 goto out
    if r2 s> 15 goto out
    r4 = r10
    r4 += -16
    r4 += r2
    *(u8 *)(r4 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program dead_branch_not_walked type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 7
    if r2 > 8 goto bad
    r0 = 0
    exit
bad:
    r0 = *(u64 *)(r2 + 0)
    exit

# says: div by zero
.program divided_by_zero_constant type=xdp
    r0 = 5
    r0 /= 0
    exit

# says: invalid shift 64
.program shifted_too_far type=xdp
    r0 = 5
    r0 <<= 64
    exit

# says: accepted
.program shifted_by_unknown type=xdp
    r2 = *(u32 *)(r1 + 12)
    r0 = 5
    r0 <<= r2
    r0 = 0
    exit
