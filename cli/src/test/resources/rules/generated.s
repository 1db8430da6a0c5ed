# SPDX-License-Identifier: Apache-2.0
# What generated programs have found.

.license "GPL"
.map values type=array key=4 value=48 entries=4
.map counts type=hash key=8 value=16 entries=64

# two bytes of the key are known, the other two are not
# says: R0 invalid mem access 'map_value_or_null'
.program half_a_key type=sched_cls section=tc
  *(u16 *)(r10 - 40) = 0
  r2 = r10
  r2 += -40
  r1 = map[values] ll
  call bpf_map_lookup_elem
  r3 = *(u64 *)(r0 + 8)
  r0 = 0
  exit

# says: accepted
.program whole_key type=sched_cls section=tc
  *(u32 *)(r10 - 40) = 0
  r2 = r10
  r2 += -40
  r1 = map[values] ll
  call bpf_map_lookup_elem
  r3 = *(u64 *)(r0 + 8)
  r0 = 0
  exit

# eight bytes are spilled, the key is four of them
# says: R0 invalid mem access 'map_value_or_null'
.program key_in_a_larger_spill type=sched_cls section=tc
  r1 = 1
  *(u64 *)(r10 - 40) = r1
  r2 = r10
  r2 += -40
  r1 = map[values] ll
  call bpf_map_lookup_elem
  r3 = *(u64 *)(r0 + 8)
  r0 = 0
  exit

# the second half of eight zero bytes
# says: accepted
.program key_in_zeros type=sched_cls section=tc
  *(u64 *)(r10 - 40) = 0
  r2 = r10
  r2 += -36
  r1 = map[values] ll
  call bpf_map_lookup_elem
  r3 = *(u64 *)(r0 + 8)
  r0 = 0
  exit

# says: R0 invalid mem access 'map_value_or_null'
.program key_out_of_range type=sched_cls section=tc
  *(u32 *)(r10 - 40) = 4
  r2 = r10
  r2 += -40
  r1 = map[values] ll
  call bpf_map_lookup_elem
  r3 = *(u64 *)(r0 + 8)
  r0 = 0
  exit

# the distance to a linked number counts as an offset
# says: map_value pointer offset -2147483648 is not allowed
.program far_from_its_link type=xdp section=xdp
  r6 = r1
  call bpf_get_prandom_u32
  r8 = r0
  *(u32 *)(r10 - 40) = 0
  r2 = r10
  r2 += -40
  r1 = map[values] ll
  call bpf_map_lookup_elem
  r1 = r8
  r8 += -2147483648
  if r8 >= 9 goto end
  r0 += r8
end:
  r0 = 1
  exit

# the register is forgotten before the memory is looked at
# says: misaligned access off (0x0; 0xffffffffffffffff)+0+0 size 8
.program atomic_through_its_own_address type=xdp section=xdp
  *(u64 *)(r10 - 8) = 0
  r1 = r10
  r1 += -8
  r1 = atomic_fetch_add((u64 *)(r1 + 0), r1)
  r0 = 1
  exit

# little-endian on a little-endian machine: not even a link is lost
# says: accepted
.program le64_keeps_the_link type=xdp section=xdp
  call bpf_get_prandom_u32
  r2 = r0
  r2 = le64 r2
  if r0 > 7 goto end
  r3 = r10
  r3 += -8
  *(u64 *)(r10 - 8) = 0
  r3 += r2
  r4 = *(u8 *)(r3 + 0)
end:
  r0 = 1
  exit

# says: invalid unbounded variable-offset read from stack R3
.program be32_breaks_the_link type=xdp section=xdp
  call bpf_get_prandom_u32
  r2 = r0
  r2 = be32 r2
  if r0 > 7 goto end
  r3 = r10
  r3 += -8
  *(u64 *)(r10 - 8) = 0
  r3 += r2
  r4 = *(u8 *)(r3 + 0)
end:
  r0 = 1
  exit

# signed operators are written as unsigned ones
# says: R1 pointer /= pointer prohibited
.program signed_division_of_pointers type=xdp section=xdp
  r2 = r10
  r1 s/= r2
  r0 = 1
  exit
