# SPDX-License-Identifier: Apache-2.0
# Pointers into map values, atomics, what helpers take.

.license "GPL"
.map numbers type=array key=4 value=16 entries=4
.map devices type=devmap key=4 value=4 entries=4
.map queue type=queue key=0 value=8 entries=4
.map bloom type=bloom_filter key=0 value=8 entries=4
.map ring type=ringbuf key=0 value=0 entries=4096
.map constants type=array key=4 value=8 entries=1 flags=rdonly_prog
.map outputs type=array key=4 value=8 entries=1 flags=wronly_prog

# says: accepted
.program value_read type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u64 *)(r0 + 8)
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 min value is outside of the allowed memory range
.program value_beyond type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u64 *)(r0 + 16)
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 min value is outside of the allowed memory range
.program value_across_end type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u64 *)(r0 + 12)
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 min value is outside of the allowed memory range
.program value_before type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u8 *)(r0 - 1)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_moved_by_number type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r2 = *(u32 *)(r6 + 12)
    r2 &= 15
    r0 += r2
    r1 = *(u8 *)(r0 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 max value is outside of the allowed memory range
.program value_moved_too_far type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r2 = *(u32 *)(r6 + 12)
    r2 &= 15
    r0 += r2
    r1 = *(u16 *)(r0 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 unbounded memory access, make sure to bounds check any such access
.program value_moved_unbounded type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r2 = *(u32 *)(r6 + 12)
    r0 += r2
    r1 = *(u8 *)(r0 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 min value is negative, either use unsigned index or do a if (index >=0) check.
.program value_moved_negative type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r2 = *(u32 *)(r6 + 12)
    r2 &= 7
    r0 -= r2
    r1 = *(u8 *)(r0 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_moved_there_and_back type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r0 += 8
    r0 += -8
    r1 = *(u64 *)(r0 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: math between map_value pointer and register with unbounded min value is not allowed
.program value_moved_signed type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r2 = *(u64 *)(r0 + 0)
    if r2 s> 8 goto out
    r0 += r2
    r1 = *(u8 *)(r0 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_unaligned type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u64 *)(r0 + 4)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_pointer_stored type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    *(u64 *)(r0 + 0) = r6
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_pointer_added type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    lock *(u64 *)(r0 + 0) += r6
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 pointer arithmetic with *= operator prohibited
.program value_multiplied type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r0 *= 2
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_negated type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r0 = -r0
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 32-bit pointer arithmetic prohibited
.program value_32_bits type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    w0 += 1
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_minus_value type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = r0
    r1 -= r0
    r0 = r1
    r0 = 0
out:
    r0 = 0
    exit

# says: R1 tried to subtract pointer from scalar
.program number_minus_value type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 5
    r1 -= r0
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 pointer += pointer prohibited
.program value_plus_value type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r0 += r0
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 bitwise operator |= on pointer prohibited
.program value_or type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r0 |= 1
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_compared_with_number type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    if r0 > 5 goto out
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program value_swapped type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r0 = bswap64 r0
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program atomic_add type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    lock *(u64 *)(r0 + 0) += r1
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program atomic_add_32 type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    lock *(u32 *)(r0 + 4) += r1
    r0 = 0
out:
    r0 = 0
    exit

# says: misaligned value access off 0+0+4 size 8
.program atomic_unaligned type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    lock *(u64 *)(r0 + 4) += r1
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 min value is outside of the allowed memory range
.program atomic_beyond type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    lock *(u64 *)(r0 + 16) += r1
    r0 = 0
out:
    r0 = 0
    exit

# says: math between fp pointer and register with unbounded min value is not allowed
.program atomic_fetch type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    r1 = atomic_fetch_add((u64 *)(r0 + 0), r1)
    r2 = r10
    r2 += r1
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program atomic_exchange type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 1
    r1 = xchg_64(r0 + 0, r1)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program atomic_compare type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r7 = r0
    r0 = 0
    r1 = 5
    r0 = cmpxchg_64(r7 + 0, r0, r1)
    r0 = 0
out:
    r0 = 0
    exit

# says: R2 invalid mem access 'scalar'
.program atomic_on_pointer_spill type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    *(u64 *)(r10 - 16) = r6
    r1 = 1
    lock *(u64 *)(r10 - 16) += r1
    r2 = *(u64 *)(r10 - 16)
    r0 = *(u32 *)(r2 + 0)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program load_acquire type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = load_acquire((u64 *)(r0 + 0))
    r0 = 0
out:
    r0 = 0
    exit

# says: R0 min value is outside of the allowed memory range
.program load_acquire_beyond type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = load_acquire((u64 *)(r0 + 16))
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program store_release type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = 5
    store_release((u64 *)(r0 + 0), r1)
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program store_release_of_pointer type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    store_release((u64 *)(r0 + 0), r6)
    r0 = 0
out:
    r0 = 0
    exit

# says: BPF_ATOMIC loads from R6 ctx is not allowed
.program load_acquire_context type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = load_acquire((u32 *)(r6 + 12))
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program load_acquire_stack type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    *(u64 *)(r10 - 16) = 1
    r1 = load_acquire((u64 *)(r10 - 16))
    r0 = 0
out:
    r0 = 0
    exit

# says: misaligned value access off 0+0+4 size 8
.program load_acquire_unaligned type=xdp
    *(u32 *)(r10 - 4) = 0
    r6 = r1
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = load_acquire((u64 *)(r0 + 4))
    r0 = 0
out:
    r0 = 0
    exit

# says: accepted
.program map_pointer_read type=xdp
    r1 = numbers ll
    r0 = *(u32 *)(r1 + 0)
    r0 = 0
    exit

# says: only read from bpf_array is supported
.program map_pointer_written type=xdp
    r1 = numbers ll
    *(u32 *)(r1 + 0) = 1
    r0 = 0
    exit

# says: R1 pointer arithmetic on map_ptr prohibited
.program map_pointer_moved type=xdp
    r1 = numbers ll
    r1 += 8
    r2 = r10
    r0 = 0
    exit

# says: accepted
.program map_pointer_compared type=xdp
    r1 = numbers ll
    if r1 == 0 goto l
    r2 = 1
l:
    r0 = 0
    exit

# says: accepted
.program null_check_late type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r6 = r0
    r7 = r0
    if r6 == 0 goto l
    r1 = *(u64 *)(r7 + 0)
l:
    r0 = 0
    exit

# says: accepted
.program null_moved_then_checked type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r0 += 8
    if r0 == 0 goto l
    r1 = *(u64 *)(r0 + 0)
l:
    r0 = 0
    exit

# says: accepted
.program null_checked_the_wrong_way type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 != 0 goto l
    r1 = *(u64 *)(r0 + 0)
l:
    r0 = 0
    exit

# says: accepted
.program null_checked_signed type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 s> 0 goto l
    r0 = 0
    exit
l:
    r1 = *(u64 *)(r0 + 0)
    r0 = 0
    exit

# says: accepted
.program null_checked_in_32_bits type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if w0 == 0 goto l
    r1 = *(u64 *)(r0 + 0)
l:
    r0 = 0
    exit

# says: accepted
.program null_known_by_another type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 != r10 goto l
    r1 = *(u64 *)(r0 + 0)
l:
    r0 = 0
    exit

# says: accepted
.program key_uninitialised type=xdp
    r1 = numbers ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
.program key_is_number type=xdp
    r1 = numbers ll
    r2 = 5
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: R2 type=ctx expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
.program key_is_context type=xdp
    r2 = r1
    r1 = numbers ll
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: R1 type=scalar expected=map_ptr
.program map_is_number type=xdp
    r1 = 5
    r2 = r10
    r2 += -4
    *(u32 *)(r10 - 4) = 0
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
.program key_is_null type=xdp
    r1 = numbers ll
    r2 = 0
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: R2 !read_ok
.program argument_missing type=xdp
    r1 = numbers ll
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: R1 !read_ok
.program registers_gone_after_call type=xdp
    r6 = 1
    r1 = 2
    call bpf_get_prandom_u32
    r2 = r1
    r0 = 0
    exit

# says: accepted
.program registers_kept_after_call type=xdp
    r6 = 1
    call bpf_get_prandom_u32
    r2 = r6
    r0 = 0
    exit

# says: invalid func unknown#9999
.program helper_unknown type=xdp
    call 9999
    r0 = 0
    exit

# says: program of this type cannot use helper bpf_unspec#0
.program helper_zero type=xdp
    call 0
    r0 = 0
    exit

# says: program of this type cannot use helper bpf_get_stackid#27
.program helper_of_other_type type=xdp
    r1 = 0
    r2 = 0
    call bpf_get_stackid
    r0 = 0
    exit

# says: accepted
.program fib_lookup_size type=xdp
    r2 = r10
    r2 += -8
    *(u64 *)(r10 - 8) = 0
    r3 = 8
    r4 = 0
    call bpf_fib_lookup
    r0 = 0
    exit

# says: accepted
.program redirect type=xdp
    r1 = 1
    r2 = 0
    call bpf_redirect
    r0 = 0
    exit

# says: accepted
.program redirect_map type=xdp
    r1 = devices ll
    r2 = 0
    r3 = 0
    call bpf_redirect_map
    r0 = 0
    exit

# says: cannot pass map_type 2 into func bpf_redirect_map#51
.program redirect_map_of_wrong_kind type=xdp
    r1 = numbers ll
    r2 = 0
    r3 = 0
    call bpf_redirect_map
    r0 = 0
    exit

# says: accepted
.program devices_looked_up type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = devices ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r1 = 0
    r0 = 0
    exit

# says: write into map forbidden
.program devices_updated type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = devices ll
    r2 = r10
    r2 += -4
    r3 = r2
    r4 = 0
    call bpf_map_update_elem
    r0 = 0
    exit

# says: accepted
.program queue_pushed type=xdp
    *(u64 *)(r10 - 8) = 0
    r1 = queue ll
    r2 = r10
    r2 += -8
    r3 = 0
    call bpf_map_push_elem
    r0 = 0
    exit

# says: accepted
.program queue_popped type=xdp
    r1 = queue ll
    r2 = r10
    r2 += -8
    call bpf_map_pop_elem
    r0 = *(u64 *)(r10 - 8)
    r0 = 0
    exit

# says: invalid zero-sized read
.program queue_looked_up type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = queue ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r0 = 0
    exit

# says: accepted
.program bloom_peeked type=xdp
    *(u64 *)(r10 - 8) = 0
    r1 = bloom ll
    r2 = r10
    r2 += -8
    call bpf_map_peek_elem
    r0 = 0
    exit

# says: accepted
.program bloom_peeked_uninitialised type=xdp
    r1 = bloom ll
    r2 = r10
    r2 += -8
    call bpf_map_peek_elem
    r0 = 0
    exit

# says: cannot pass map_type 30 into func bpf_map_pop_elem#88
.program bloom_popped type=xdp
    r1 = bloom ll
    r2 = r10
    r2 += -8
    call bpf_map_pop_elem
    r0 = 0
    exit

# says: accepted
.program ring_output type=xdp
    *(u64 *)(r10 - 8) = 0
    r1 = ring ll
    r2 = r10
    r2 += -8
    r3 = 8
    r4 = 0
    call bpf_ringbuf_output
    r0 = 0
    exit

# says: R2 is not a known constant'
.program ring_size_not_constant type=xdp
    r2 = *(u32 *)(r1 + 12)
    r1 = ring ll
    r3 = 0
    call bpf_ringbuf_reserve
    r0 = 0
    exit

# says: R0 min value is outside of the allowed memory range
.program ring_reserved_beyond type=xdp
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto l
    r1 = *(u64 *)(r0 + 8)
l:
    r0 = 0
    exit

# says: R1 must have zero offset when passed to release func or trusted arg to kfunc
.program ring_submitted_at_offset type=xdp
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto l
    r1 = r0
    r1 += 4
    r2 = 0
    call bpf_ringbuf_submit
l:
    r0 = 0
    exit

# says: cannot pass map_type 2 into func bpf_ringbuf_reserve#131
.program ring_of_wrong_kind type=xdp
    r1 = numbers ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    r0 = 0
    exit

# says: R1 type=ringbuf_mem_or_null expected=ringbuf_mem
.program ring_submitted_unchecked type=xdp
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    r1 = r0
    r2 = 0
    call bpf_ringbuf_submit
    r0 = 0
    exit

# says: R6 invalid mem access 'scalar'
.program ring_used_after_submit type=xdp
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto l
    r6 = r0
    r1 = r0
    r2 = 0
    call bpf_ringbuf_submit
    r0 = *(u64 *)(r6 + 0)
l:
    r0 = 0
    exit

# says: write into map forbidden, value_size=8 off=0 size=8
.program read_only_map_written type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = constants ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto l
    *(u64 *)(r0 + 0) = 1
l:
    r0 = 0
    exit

# says: accepted
.program read_only_map_read type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = constants ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto l
    r0 = *(u64 *)(r0 + 0)
l:
    r0 = 0
    exit

# says: read from map forbidden, value_size=8 off=0 size=8
.program write_only_map_read type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = outputs ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto l
    r0 = *(u64 *)(r0 + 0)
l:
    r0 = 0
    exit

# says: accepted
.program write_only_map_looked_up type=xdp
    *(u32 *)(r10 - 4) = 0
    r1 = outputs ll
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r0 = 0
    exit
