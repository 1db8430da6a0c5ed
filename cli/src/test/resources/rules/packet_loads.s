# SPDX-License-Identifier: Apache-2.0
# LD_ABS and LD_IND, the packet loads of classic BPF.

.license "GPL"
.map ring type=ringbuf key=0 value=0 entries=4096
.function loads
    r6 = r1
    r0 = *(u8 *)skb[14]
    r0 = 0
    exit
.function loads_and_returns
    r6 = r1
    r0 = *(u8 *)skb[14]
    exit
.function nothing
    r0 = 0
    exit

# says: accepted
.program absolute type=sched_cls
    r6 = r1
    r0 = *(u8 *)skb[14]
    exit

# says: accepted
.program absolute_half type=sched_cls
    r6 = r1
    r0 = *(u16 *)skb[12]
    exit

# says: accepted
.program absolute_word type=sched_cls
    r6 = r1
    r0 = *(u32 *)skb[26]
    exit

# says: accepted
.program indirect type=sched_cls
    r6 = r1
    r7 = 14
    r0 = *(u8 *)skb[r7 + 2]
    exit

# says: accepted
.program indirect_unknown type=sched_cls
    r6 = r1
    r7 = *(u32 *)(r1 + 0)
    r0 = *(u8 *)skb[r7 + 2]
    exit

# says: R6 !read_ok
.program without_context type=sched_cls
    r0 = *(u8 *)skb[14]
    exit

# says: at the time of BPF_LD_ABS|IND R6 != pointer to skb
.program context_spoilt type=sched_cls
    r6 = 5
    r0 = *(u8 *)skb[14]
    exit

# says: dereference of modified ctx ptr R6 off=4 disallowed
.program context_moved type=sched_cls
    r6 = r1
    r6 += 4
    r0 = *(u8 *)skb[14]
    exit

# says: BPF_LD_[ABS|IND] instructions not allowed for this program type
.program in_xdp type=xdp
    r6 = r1
    r0 = *(u8 *)skb[14]
    exit

# says: accepted
.program in_socket_filter type=socket_filter
    r6 = r1
    r0 = *(u8 *)skb[14]
    exit

# says: BPF_LD_[ABS|IND] instructions not allowed for this program type
.program in_cgroup_filter type=cgroup_skb attach=cgroup_inet_egress
    r6 = r1
    r0 = *(u8 *)skb[14]
    r0 = 1
    exit

# says: BPF_LD_[ABS|IND] instructions not allowed for this program type
.program in_cgroup_filter_result type=cgroup_skb attach=cgroup_inet_egress
    r6 = r1
    r0 = *(u8 *)skb[14]
    exit

# says: R2 !read_ok
.program destroys_registers type=sched_cls
    r6 = r1
    r2 = 5
    r0 = *(u8 *)skb[14]
    r0 = r2
    exit

# says: accepted
.program keeps_registers type=sched_cls
    r6 = r1
    r7 = 5
    r0 = *(u8 *)skb[14]
    r0 = r7
    exit

# says: R2 !read_ok
.program index_destroyed type=sched_cls
    r6 = r1
    r2 = 5
    r0 = *(u8 *)skb[r2 + 0]
    r0 = r2
    exit

# says: accepted
.program index_is_pointer type=sched_cls
    r6 = r1
    r0 = *(u8 *)skb[r10 + 0]
    exit

# says: R7 !read_ok
.program index_uninitialised type=sched_cls
    r6 = r1
    r0 = *(u8 *)skb[r7 + 0]
    exit

# says: BPF_LD_[ABS|IND] would lead to reference leak
.program with_reference type=sched_cls
    r6 = r1
    r1 = ring ll
    r2 = 8
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto out
    r7 = r0
    r0 = *(u8 *)skb[14]
    r1 = r7
    r2 = 0
    call bpf_ringbuf_submit
out:
    r0 = 0
    exit

# says: accepted
.program in_function type=sched_cls
    call loads
    exit

# says: accepted
.program in_function_with_result type=sched_cls
    call loads_and_returns
    exit

# says: accepted
.program after_call type=sched_cls
    r6 = r1
    call nothing
    r0 = *(u8 *)skb[14]
    exit

# says: accepted
.program packet_pointers_stay type=sched_cls
    r6 = r1
    r7 = *(u32 *)(r1 + 76)
    r8 = *(u32 *)(r1 + 80)
    r9 = r7
    r9 += 2
    if r9 > r8 goto out
    r0 = *(u8 *)skb[14]
    r0 = *(u8 *)(r7 + 1)
    exit
out:
    r0 = 0
    exit

# says: math between fp pointer and register with unbounded min value is not allowed
.program result_is_range type=sched_cls
    r6 = r1
    r0 = *(u8 *)skb[14]
    r2 = r10
    r2 += -256
    r2 += r0
    *(u8 *)(r2 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program result_half_is_range type=sched_cls
    r6 = r1
    r0 = *(u16 *)skb[14]
    if r0 > 255 goto out
    r2 = r10
    r2 += -256
    r2 += r0
    *(u8 *)(r2 + 0) = 1
out:
    r0 = 0
    exit

# says: accepted
.program twice type=sched_cls
    r6 = r1
    r0 = *(u8 *)skb[14]
    r7 = r0
    r0 = *(u8 *)skb[r7 + 15]
    exit
