# SPDX-License-Identifier: Apache-2.0
# Drops UDP over IPv4 at XDP and counts what it drops, in the kernel's syntax.
# skep lint, verify and run take this file as it is; skep asm makes an object of it.

.license "Dual BSD/GPL"
.map dropped type=percpu_array key=4 value=8 entries=1

.program xdp_drop_udp type=xdp section=xdp
  r6 = *(u32 *)(r1 + 0)          # data
  r7 = *(u32 *)(r1 + 4)          # data_end
  r2 = r6
  r2 += 34                       # Ethernet and IPv4 headers
  if r2 > r7 goto pass
  r3 = *(u16 *)(r6 + 12)         # EtherType
  if r3 != 8 goto pass           # 0x0800 in network byte order
  r3 = *(u8 *)(r6 + 23)          # protocol
  if r3 != 17 goto pass
  *(u32 *)(r10 - 4) = 0
  r2 = r10
  r2 += -4
  r1 = map[dropped] ll
  call bpf_map_lookup_elem
  if r0 == 0 goto drop
  r1 = *(u64 *)(r0 + 0)
  r1 += 1
  *(u64 *)(r0 + 0) = r1
drop:
  r0 = 1                         # XDP_DROP
  exit
pass:
  r0 = 2                         # XDP_PASS
  exit
