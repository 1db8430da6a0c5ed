# SPDX-License-Identifier: Apache-2.0
# Contexts: which fields a program of which type reads and writes, and how wide.

.license "GPL"

# says: accepted
.program xdp_0 type=xdp
    r0 = *(u32 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program xdp_4 type=xdp
    r0 = *(u32 *)(r1 + 4)
    r0 = 0
    exit

# says: accepted
.program xdp_8 type=xdp
    r0 = *(u32 *)(r1 + 8)
    r0 = 0
    exit

# says: accepted
.program xdp_12 type=xdp
    r0 = *(u32 *)(r1 + 12)
    r0 = 0
    exit

# says: accepted
.program xdp_16 type=xdp
    r0 = *(u32 *)(r1 + 16)
    r0 = 0
    exit

# says: invalid bpf_context access off=20 size=4
.program xdp_20 type=xdp
    r0 = *(u32 *)(r1 + 20)
    r0 = 0
    exit

# says: invalid bpf_context access off=24 size=4
.program xdp_24 type=xdp
    r0 = *(u32 *)(r1 + 24)
    r0 = 0
    exit

# says: invalid bpf_context access off=12 size=2
.program xdp_narrow type=xdp
    r0 = *(u16 *)(r1 + 12)
    r0 = 0
    exit

# says: invalid bpf_context access off=8 size=8
.program xdp_wide type=xdp
    r0 = *(u64 *)(r1 + 8)
    r0 = 0
    exit

# says: invalid bpf_context access off=16 size=4
.program xdp_written type=xdp
    *(u32 *)(r1 + 16) = 5
    r0 = 0
    exit

# says: invalid bpf_context access off=2 size=4
.program xdp_unaligned type=xdp
    r0 = *(u32 *)(r1 + 2)
    r0 = 0
    exit

# says: invalid bpf_context access off=-4 size=4
.program xdp_negative type=xdp
    r0 = *(u32 *)(r1 - 4)
    r0 = 0
    exit

# says: variable ctx access var_off=(0x0; 0x4) disallowed
.program xdp_variable type=xdp
    r2 = *(u32 *)(r1 + 12)
    r2 &= 4
    r1 += r2
    r0 = *(u32 *)(r1 + 12)
    r0 = 0
    exit

# says: dereference of modified ctx ptr R1 off=4 disallowed
.program xdp_moved type=xdp
    r1 += 4
    r0 = *(u32 *)(r1 + 8)
    r0 = 0
    exit

# says: BPF_ATOMIC stores into R1 ctx is not allowed
.program xdp_atomic type=xdp
    r2 = 1
    lock *(u32 *)(r1 + 16) += r2
    r0 = 0
    exit

# says: accepted
.program skb_0 type=sched_cls
    r0 = *(u32 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program skb_4 type=sched_cls
    r0 = *(u32 *)(r1 + 4)
    r0 = 0
    exit

# says: accepted
.program skb_8 type=sched_cls
    r0 = *(u32 *)(r1 + 8)
    r0 = 0
    exit

# says: accepted
.program skb_32 type=sched_cls
    r0 = *(u32 *)(r1 + 32)
    r0 = 0
    exit

# says: accepted
.program skb_40 type=sched_cls
    r0 = *(u32 *)(r1 + 40)
    r0 = 0
    exit

# says: accepted
.program skb_48 type=sched_cls
    r0 = *(u32 *)(r1 + 48)
    r0 = 0
    exit

# says: accepted
.program skb_52 type=sched_cls
    r0 = *(u32 *)(r1 + 52)
    r0 = 0
    exit

# says: accepted
.program skb_72 type=sched_cls
    r0 = *(u32 *)(r1 + 72)
    r0 = 0
    exit

# says: accepted
.program skb_76 type=sched_cls
    r0 = *(u32 *)(r1 + 76)
    r0 = 0
    exit

# says: accepted
.program skb_80 type=sched_cls
    r0 = *(u32 *)(r1 + 80)
    r0 = 0
    exit

# says: accepted
.program skb_84 type=sched_cls
    r0 = *(u32 *)(r1 + 84)
    r0 = 0
    exit

# says: invalid bpf_context access off=88 size=4
.program skb_88 type=sched_cls
    r0 = *(u32 *)(r1 + 88)
    r0 = 0
    exit

# says: invalid bpf_context access off=120 size=4
.program skb_120 type=sched_cls
    r0 = *(u32 *)(r1 + 120)
    r0 = 0
    exit

# says: accepted
.program skb_140 type=sched_cls
    r0 = *(u32 *)(r1 + 140)
    r0 = 0
    exit

# says: invalid bpf_context access off=144 size=4
.program skb_144 type=sched_cls
    r0 = *(u32 *)(r1 + 144)
    r0 = 0
    exit

# says: invalid bpf_context access off=152 size=4
.program skb_152 type=sched_cls
    r0 = *(u32 *)(r1 + 152)
    r0 = 0
    exit

# says: accepted
.program skb_160 type=sched_cls
    r0 = *(u32 *)(r1 + 160)
    r0 = 0
    exit

# says: accepted
.program skb_164 type=sched_cls
    r0 = *(u32 *)(r1 + 164)
    r0 = 0
    exit

# says: invalid bpf_context access off=168 size=4
.program skb_168 type=sched_cls
    r0 = *(u32 *)(r1 + 168)
    r0 = 0
    exit

# says: invalid bpf_context access off=172 size=4
.program skb_172 type=sched_cls
    r0 = *(u32 *)(r1 + 172)
    r0 = 0
    exit

# says: accepted
.program skb_176 type=sched_cls
    r0 = *(u32 *)(r1 + 176)
    r0 = 0
    exit

# says: invalid bpf_context access off=180 size=4
.program skb_180 type=sched_cls
    r0 = *(u32 *)(r1 + 180)
    r0 = 0
    exit

# says: invalid bpf_context access off=184 size=4
.program skb_184 type=sched_cls
    r0 = *(u32 *)(r1 + 184)
    r0 = 0
    exit

# says: invalid bpf_context access off=188 size=4
.program skb_188 type=sched_cls
    r0 = *(u32 *)(r1 + 188)
    r0 = 0
    exit

# says: invalid bpf_context access off=192 size=4
.program skb_192 type=sched_cls
    r0 = *(u32 *)(r1 + 192)
    r0 = 0
    exit

# says: accepted
.program skb_time_wide type=sched_cls
    r0 = *(u64 *)(r1 + 152)
    r0 = 0
    exit

# says: invalid bpf_context access off=156 size=4
.program skb_time_narrow type=sched_cls
    r0 = *(u32 *)(r1 + 156)
    r0 = 0
    exit

# says: accepted
.program skb_hwtime_wide type=sched_cls
    r0 = *(u64 *)(r1 + 184)
    r0 = 0
    exit

# says: accepted
.program skb_sk_wide type=sched_cls
    r0 = *(u64 *)(r1 + 168)
    r0 = 0
    exit

# says: invalid bpf_context access off=144 size=8
.program skb_keys_wide type=sched_cls
    r0 = *(u64 *)(r1 + 144)
    r0 = 0
    exit

# says: invalid bpf_context access off=0 size=4
.program skb_written_0 type=sched_cls
    *(u32 *)(r1 + 0) = 5
    r0 = 0
    exit

# says: accepted
.program skb_written_8 type=sched_cls
    *(u32 *)(r1 + 8) = 5
    r0 = 0
    exit

# says: accepted
.program skb_written_32 type=sched_cls
    *(u32 *)(r1 + 32) = 5
    r0 = 0
    exit

# says: invalid bpf_context access off=36 size=4
.program skb_written_36 type=sched_cls
    *(u32 *)(r1 + 36) = 5
    r0 = 0
    exit

# says: invalid bpf_context access off=40 size=4
.program skb_written_40 type=sched_cls
    *(u32 *)(r1 + 40) = 5
    r0 = 0
    exit

# says: accepted
.program skb_written_44 type=sched_cls
    *(u32 *)(r1 + 44) = 5
    r0 = 0
    exit

# says: accepted
.program skb_written_48 type=sched_cls
    *(u32 *)(r1 + 48) = 5
    r0 = 0
    exit

# says: accepted
.program skb_written_64 type=sched_cls
    *(u32 *)(r1 + 64) = 5
    r0 = 0
    exit

# says: accepted
.program skb_written_72 type=sched_cls
    *(u32 *)(r1 + 72) = 5
    r0 = 0
    exit

# says: invalid bpf_context access off=76 size=4
.program skb_written_76 type=sched_cls
    *(u32 *)(r1 + 76) = 5
    r0 = 0
    exit

# says: invalid bpf_context access off=164 size=4
.program skb_written_164 type=sched_cls
    *(u32 *)(r1 + 164) = 5
    r0 = 0
    exit

# says: accepted
.program skb_time_written type=sched_cls
    *(u64 *)(r1 + 152) = 5
    r0 = 0
    exit

# says: accepted
.program skb_byte_of_mark type=sched_cls
    r0 = *(u8 *)(r1 + 8)
    r0 = 0
    exit

# says: invalid bpf_context access off=8 size=1
.program skb_byte_of_mark_written type=sched_cls
    *(u8 *)(r1 + 8) = 1
    r0 = 0
    exit

# says: accepted
.program skb_byte_of_cb type=sched_cls
    r0 = *(u8 *)(r1 + 51)
    r0 = 0
    exit

# says: invalid bpf_context access off=52 size=8
.program skb_cb_wide_unaligned type=sched_cls
    r0 = *(u64 *)(r1 + 52)
    r0 = 0
    exit

# says: accepted
.program skb_cb_wide type=sched_cls
    *(u64 *)(r1 + 56) = 1
    r0 = 0
    exit

# says: invalid bpf_context access off=64 size=8
.program skb_cb_beyond type=sched_cls
    r0 = *(u64 *)(r1 + 64)
    r0 = 0
    exit

# says: accepted
.program filter_8 type=socket_filter
    r0 = *(u32 *)(r1 + 8)
    r0 = 0
    exit

# says: accepted
.program filter_32 type=socket_filter
    r0 = *(u32 *)(r1 + 32)
    r0 = 0
    exit

# says: accepted
.program filter_48 type=socket_filter
    r0 = *(u32 *)(r1 + 48)
    r0 = 0
    exit

# says: invalid bpf_context access off=72 size=4
.program filter_72 type=socket_filter
    r0 = *(u32 *)(r1 + 72)
    r0 = 0
    exit

# says: invalid bpf_context access off=76 size=4
.program filter_76 type=socket_filter
    r0 = *(u32 *)(r1 + 76)
    r0 = 0
    exit

# says: invalid bpf_context access off=140 size=4
.program filter_140 type=socket_filter
    r0 = *(u32 *)(r1 + 140)
    r0 = 0
    exit

# says: invalid bpf_context access off=152 size=4
.program filter_152 type=socket_filter
    r0 = *(u32 *)(r1 + 152)
    r0 = 0
    exit

# says: accepted
.program filter_176 type=socket_filter
    r0 = *(u32 *)(r1 + 176)
    r0 = 0
    exit

# says: invalid bpf_context access off=8 size=4
.program filter_mark_written type=socket_filter
    *(u32 *)(r1 + 8) = 5
    r0 = 0
    exit

# says: accepted
.program filter_cb_written type=socket_filter
    *(u32 *)(r1 + 48) = 5
    r0 = 0
    exit

# says: accepted
.program egress_8 type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 8)
    r0 = 1
    exit

# says: accepted
.program egress_32 type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 32)
    r0 = 1
    exit

# says: accepted
.program egress_48 type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 48)
    r0 = 1
    exit

# says: accepted
.program egress_76 type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 76)
    r0 = 1
    exit

# says: invalid bpf_context access off=140 size=4
.program egress_140 type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 140)
    r0 = 1
    exit

# says: invalid bpf_context access off=168 size=4
.program egress_168 type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 168)
    r0 = 1
    exit

# says: accepted
.program egress_mark_written type=cgroup_skb attach=cgroup_inet_egress
    *(u32 *)(r1 + 8) = 5
    r0 = 1
    exit

# says: accepted
.program egress_priority_written type=cgroup_skb attach=cgroup_inet_egress
    *(u32 *)(r1 + 32) = 5
    r0 = 1
    exit

# says: accepted
.program egress_time_written type=cgroup_skb attach=cgroup_inet_egress
    *(u64 *)(r1 + 152) = 5
    r0 = 1
    exit

# says: accepted
.program connect4_0 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program connect4_4 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 4)
    r0 = 1
    exit

# says: invalid bpf_context access off=8 size=4
.program connect4_8 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 8)
    r0 = 1
    exit

# says: accepted
.program connect4_24 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 24)
    r0 = 1
    exit

# says: accepted
.program connect4_28 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 28)
    r0 = 1
    exit

# says: accepted
.program connect4_32 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 32)
    r0 = 1
    exit

# says: accepted
.program connect4_36 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 36)
    r0 = 1
    exit

# says: invalid bpf_context access off=40 size=4
.program connect4_40 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 40)
    r0 = 1
    exit

# says: invalid bpf_context access off=44 size=4
.program connect4_44 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 44)
    r0 = 1
    exit

# says: invalid bpf_context access off=64 size=4
.program connect4_64 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u32 *)(r1 + 64)
    r0 = 1
    exit

# says: accepted
.program connect4_address_written type=cgroup_sock_addr attach=cgroup_inet4_connect
    *(u32 *)(r1 + 4) = 5
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=4
.program connect4_family_written type=cgroup_sock_addr attach=cgroup_inet4_connect
    *(u32 *)(r1 + 0) = 5
    r0 = 1
    exit

# says: accepted
.program connect4_port_written type=cgroup_sock_addr attach=cgroup_inet4_connect
    *(u32 *)(r1 + 24) = 5
    r0 = 1
    exit

# says: accepted
.program connect4_address_byte type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = *(u8 *)(r1 + 5)
    r0 = 1
    exit

# says: invalid bpf_context access off=5 size=1
.program connect4_address_byte_written type=cgroup_sock_addr attach=cgroup_inet4_connect
    *(u8 *)(r1 + 5) = 1
    r0 = 1
    exit

# says: accepted
.program connect6_wide type=cgroup_sock_addr attach=cgroup_inet6_connect
    r0 = *(u64 *)(r1 + 8)
    r0 = 1
    exit

# says: accepted
.program connect6_wide_written type=cgroup_sock_addr attach=cgroup_inet6_connect
    *(u64 *)(r1 + 16) = 1
    r0 = 1
    exit

# says: invalid bpf_context access off=4 size=4
.program connect6_address4 type=cgroup_sock_addr attach=cgroup_inet6_connect
    r0 = *(u32 *)(r1 + 4)
    r0 = 1
    exit

# says: accepted
.program sock_ops_0 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program sock_ops_4 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 4)
    r0 = 1
    exit

# says: accepted
.program sock_ops_20 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 20)
    r0 = 1
    exit

# says: accepted
.program sock_ops_24 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 24)
    r0 = 1
    exit

# says: accepted
.program sock_ops_64 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 64)
    r0 = 1
    exit

# says: accepted
.program sock_ops_68 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 68)
    r0 = 1
    exit

# says: accepted
.program sock_ops_84 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 84)
    r0 = 1
    exit

# says: accepted
.program sock_ops_88 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 88)
    r0 = 1
    exit

# says: accepted
.program sock_ops_160 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 160)
    r0 = 1
    exit

# says: invalid bpf_context access off=176 size=4
.program sock_ops_176 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 176)
    r0 = 1
    exit

# says: invalid bpf_context access off=184 size=4
.program sock_ops_184 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 184)
    r0 = 1
    exit

# says: invalid bpf_context access off=192 size=4
.program sock_ops_192 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 192)
    r0 = 1
    exit

# says: invalid bpf_context access off=200 size=4
.program sock_ops_200 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 200)
    r0 = 1
    exit

# says: accepted
.program sock_ops_208 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 208)
    r0 = 1
    exit

# says: invalid bpf_context access off=216 size=4
.program sock_ops_216 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 216)
    r0 = 1
    exit

# says: invalid bpf_context access off=220 size=4
.program sock_ops_220 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 220)
    r0 = 1
    exit

# says: invalid bpf_context access off=224 size=4
.program sock_ops_224 type=sock_ops attach=cgroup_sock_ops
    r0 = *(u32 *)(r1 + 224)
    r0 = 1
    exit

# says: accepted
.program sock_ops_reply_written type=sock_ops attach=cgroup_sock_ops
    *(u32 *)(r1 + 4) = 5
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=4
.program sock_ops_op_written type=sock_ops attach=cgroup_sock_ops
    *(u32 *)(r1 + 0) = 5
    r0 = 1
    exit

# says: invalid bpf_context access off=152 size=4
.program sock_ops_hash_written type=sock_ops attach=cgroup_sock_ops
    *(u32 *)(r1 + 152) = 5
    r0 = 1
    exit

# says: accepted
.program sock_ops_bytes_wide type=sock_ops attach=cgroup_sock_ops
    r0 = *(u64 *)(r1 + 168)
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=2
.program sock_ops_narrow type=sock_ops attach=cgroup_sock_ops
    r0 = *(u16 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program sock_ops_sk type=sock_ops attach=cgroup_sock_ops
    r0 = *(u64 *)(r1 + 184)
    r0 = 1
    exit

# says: accepted
.program setsockopt_24 type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = *(u32 *)(r1 + 24)
    r0 = 1
    exit

# says: accepted
.program setsockopt_28 type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = *(u32 *)(r1 + 28)
    r0 = 1
    exit

# says: accepted
.program setsockopt_32 type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = *(u32 *)(r1 + 32)
    r0 = 1
    exit

# says: invalid bpf_context access off=36 size=4
.program setsockopt_36 type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = *(u32 *)(r1 + 36)
    r0 = 1
    exit

# says: accepted
.program setsockopt_sk type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = *(u64 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program setsockopt_length_written type=cgroup_sockopt attach=cgroup_setsockopt
    *(u32 *)(r1 + 32) = 5
    r0 = 1
    exit

# says: invalid bpf_context access off=36 size=4
.program setsockopt_result_written type=cgroup_sockopt attach=cgroup_setsockopt
    *(u32 *)(r1 + 36) = 5
    r0 = 1
    exit

# says: accepted
.program getsockopt_result_written type=cgroup_sockopt attach=cgroup_getsockopt
    *(u32 *)(r1 + 36) = 0
    r0 = 1
    exit

# says: invalid bpf_context access off=28 size=4
.program getsockopt_name_written type=cgroup_sockopt attach=cgroup_getsockopt
    *(u32 *)(r1 + 28) = 0
    r0 = 1
    exit

# says: accepted
.program setsockopt_name_written type=cgroup_sockopt attach=cgroup_setsockopt
    *(u32 *)(r1 + 28) = 0
    r0 = 1
    exit

# says: accepted
.program setsockopt_value type=cgroup_sockopt attach=cgroup_setsockopt
    r2 = *(u64 *)(r1 + 8)
    r3 = *(u64 *)(r1 + 16)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    r0 = *(u32 *)(r2 + 0)
out:
    r0 = 1
    exit

# says: accepted
.program sysctl_write type=cgroup_sysctl attach=cgroup_sysctl
    r0 = *(u32 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program sysctl_write_byte type=cgroup_sysctl attach=cgroup_sysctl
    r0 = *(u8 *)(r1 + 1)
    r0 = 1
    exit

# says: accepted
.program sysctl_position_written type=cgroup_sysctl attach=cgroup_sysctl
    *(u32 *)(r1 + 4) = 5
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=4
.program sysctl_write_written type=cgroup_sysctl attach=cgroup_sysctl
    *(u32 *)(r1 + 0) = 5
    r0 = 1
    exit

# says: invalid bpf_context access off=8 size=4
.program sysctl_beyond type=cgroup_sysctl attach=cgroup_sysctl
    r0 = *(u32 *)(r1 + 8)
    r0 = 1
    exit

# says: accepted
.program device_type type=cgroup_device attach=cgroup_device
    r0 = *(u32 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program device_type_narrow type=cgroup_device attach=cgroup_device
    r0 = *(u16 *)(r1 + 0)
    r0 = 1
    exit

# says: invalid bpf_context access off=8 size=2
.program device_minor_narrow type=cgroup_device attach=cgroup_device
    r0 = *(u16 *)(r1 + 8)
    r0 = 1
    exit

# says: invalid bpf_context access off=4 size=4
.program device_written type=cgroup_device attach=cgroup_device
    *(u32 *)(r1 + 4) = 1
    r0 = 1
    exit

# says: accepted
.program netfilter_state type=netfilter attach=netfilter
    r0 = *(u64 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program netfilter_skb type=netfilter attach=netfilter
    r0 = *(u64 *)(r1 + 8)
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=4
.program netfilter_half type=netfilter attach=netfilter
    r0 = *(u32 *)(r1 + 0)
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=8
.program netfilter_written type=netfilter attach=netfilter
    *(u64 *)(r1 + 0) = 0
    r0 = 1
    exit

# says: accepted
.program sk_lookup_8 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 8)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_12 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 12)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_16 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 16)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_20 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 20)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_36 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 36)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_40 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 40)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_44 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 44)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_60 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 60)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_64 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 64)
    r0 = 1
    exit

# says: invalid bpf_context access off=68 size=4
.program sk_lookup_68 type=sk_lookup attach=sk_lookup
    r0 = *(u32 *)(r1 + 68)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_port_half type=sk_lookup attach=sk_lookup
    r0 = *(u16 *)(r1 + 36)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_port_upper_half type=sk_lookup attach=sk_lookup
    r0 = *(u16 *)(r1 + 38)
    r0 = 1
    exit

# says: accepted
.program sk_lookup_sk type=sk_lookup attach=sk_lookup
    r0 = *(u64 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program msg_family type=sk_msg
    r0 = *(u32 *)(r1 + 16)
    r0 = 1
    exit

# says: accepted
.program msg_data type=sk_msg
    r2 = *(u64 *)(r1 + 0)
    r3 = *(u64 *)(r1 + 8)
    r4 = r2
    r4 += 4
    if r4 > r3 goto out
    *(u32 *)(r2 + 0) = 5
out:
    r0 = 1
    exit

# says: invalid bpf_context access off=0 size=4
.program msg_data_half type=sk_msg
    r0 = *(u32 *)(r1 + 0)
    r0 = 1
    exit

# says: accepted
.program msg_size type=sk_msg
    r0 = *(u32 *)(r1 + 68)
    r0 = 1
    exit

# says: invalid bpf_context access off=16 size=4
.program msg_written type=sk_msg
    *(u32 *)(r1 + 16) = 5
    r0 = 1
    exit

# says: accepted
.program raw_argument type=raw_tracepoint
    r0 = *(u64 *)(r1 + 8)
    r0 = 0
    exit

# says: accepted
.program raw_half type=raw_tracepoint
    r0 = *(u32 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program raw_last type=raw_tracepoint
    r0 = *(u64 *)(r1 + 88)
    r0 = 0
    exit

# says: invalid bpf_context access off=96 size=8
.program raw_beyond type=raw_tracepoint
    r0 = *(u64 *)(r1 + 96)
    r0 = 0
    exit

# says: invalid bpf_context access off=0 size=8
.program raw_written type=raw_tracepoint
    *(u64 *)(r1 + 0) = 1
    r0 = 0
    exit

# says: invalid bpf_context access off=4 size=8
.program raw_unaligned type=raw_tracepoint
    r0 = *(u64 *)(r1 + 4)
    r0 = 0
    exit

# says: accepted
.program raw_writable type=raw_tracepoint_writable
    r0 = *(u64 *)(r1 + 0)
    r0 = 0
    exit

# says: invalid bpf_context access off=0 size=8
.program tracepoint_number type=tracepoint
    r0 = *(u64 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program tracepoint_byte type=tracepoint
    r0 = *(u8 *)(r1 + 9)
    r0 = 0
    exit

# says: accepted
.program tracepoint_far type=tracepoint
    r0 = *(u64 *)(r1 + 8184)
    r0 = 0
    exit

# says: invalid bpf_context access off=8192 size=8
.program tracepoint_beyond type=tracepoint
    r0 = *(u64 *)(r1 + 8192)
    r0 = 0
    exit

# says: invalid bpf_context access off=16 size=8
.program tracepoint_written type=tracepoint
    *(u64 *)(r1 + 16) = 1
    r0 = 0
    exit

# says: invalid bpf_context access off=2 size=4
.program tracepoint_unaligned type=tracepoint
    r0 = *(u32 *)(r1 + 2)
    r0 = 0
    exit

# says: accepted
.program perf_registers type=perf_event
    r0 = *(u64 *)(r1 + 0)
    r0 = 0
    exit

# says: invalid bpf_context access off=0 size=4
.program perf_registers_half type=perf_event
    r0 = *(u32 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program perf_period type=perf_event
    r0 = *(u64 *)(r1 + 168)
    r0 = 0
    exit

# says: accepted
.program perf_period_half type=perf_event
    r0 = *(u32 *)(r1 + 168)
    r0 = 0
    exit

# says: accepted
.program perf_address type=perf_event
    r0 = *(u64 *)(r1 + 176)
    r0 = 0
    exit

# says: invalid bpf_context access off=184 size=8
.program perf_beyond type=perf_event
    r0 = *(u64 *)(r1 + 184)
    r0 = 0
    exit

# says: invalid bpf_context access off=0 size=8
.program perf_written type=perf_event
    *(u64 *)(r1 + 0) = 1
    r0 = 0
    exit

# says: accepted
.program syscall_read type=syscall flags=sleepable
    r0 = *(u64 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program syscall_byte type=syscall flags=sleepable
    r0 = *(u8 *)(r1 + 3)
    r0 = 0
    exit

# says: accepted
.program syscall_written type=syscall flags=sleepable
    *(u32 *)(r1 + 4) = 5
    r0 = 0
    exit

# says: invalid bpf_context access off=2 size=4
.program syscall_unaligned type=syscall flags=sleepable
    r0 = *(u32 *)(r1 + 2)
    r0 = 0
    exit

# says: accepted
.program syscall_far type=syscall flags=sleepable
    r0 = *(u8 *)(r1 + 32767)
    r0 = 0
    exit

# says: variable ctx access var_off=(0x0; 0x7) disallowed
.program syscall_variable type=syscall flags=sleepable
    r2 = *(u32 *)(r1 + 0)
    r2 &= 7
    r1 += r2
    r0 = *(u8 *)(r1 + 0)
    r0 = 0
    exit

# says: accepted
.program dissector_data type=flow_dissector
    r0 = *(u32 *)(r1 + 76)
    r0 = 0
    exit

# says: accepted
.program dissector_keys type=flow_dissector
    r0 = *(u64 *)(r1 + 144)
    r0 = 0
    exit

# says: invalid bpf_context access off=8 size=4
.program dissector_mark type=flow_dissector
    r0 = *(u32 *)(r1 + 8)
    r0 = 0
    exit

# says: invalid bpf_context access off=144 size=4
.program dissector_keys_half type=flow_dissector
    r0 = *(u32 *)(r1 + 144)
    r0 = 0
    exit
