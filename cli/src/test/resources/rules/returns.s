# SPDX-License-Identifier: Apache-2.0
# What programs may return, by type and attach type.

.license "GPL"

# says: accepted
.program xdp_0 type=xdp
    r0 = 0
    exit

# says: accepted
.program xdp_100 type=xdp
    r0 = 100
    exit

# says: accepted
.program xdp_minus_1 type=xdp
    r0 = -1
    exit

# says: accepted
.program tc_0 type=sched_cls
    r0 = 0
    exit

# says: accepted
.program tc_minus_1 type=sched_cls
    r0 = -1
    exit

# says: accepted
.program tc_1000 type=sched_cls
    r0 = 1000
    exit

# says: accepted
.program socket_0 type=socket_filter
    r0 = 0
    exit

# says: accepted
.program socket_minus_1 type=socket_filter
    r0 = -1
    exit

# says: accepted
.program skb_ingress_0 type=cgroup_skb attach=cgroup_inet_ingress
    r0 = 0
    exit

# says: accepted
.program skb_ingress_1 type=cgroup_skb attach=cgroup_inet_ingress
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program skb_ingress_2 type=cgroup_skb attach=cgroup_inet_ingress
    r0 = 2
    exit

# says: At program exit the register R0 has smin=-1 smax=-1 should have been in [0, 1]
.program skb_ingress_minus_1 type=cgroup_skb attach=cgroup_inet_ingress
    r0 = -1
    exit

# says: accepted
.program skb_egress_1 type=cgroup_skb attach=cgroup_inet_egress
    r0 = 1
    exit

# says: accepted
.program skb_egress_3 type=cgroup_skb attach=cgroup_inet_egress
    r0 = 3
    exit

# says: At program exit the register R0 has smin=4 smax=4 should have been in [0, 3]
.program skb_egress_4 type=cgroup_skb attach=cgroup_inet_egress
    r0 = 4
    exit

# says: accepted
.program sock_create_0 type=cgroup_sock attach=cgroup_inet_sock_create
    r0 = 0
    exit

# says: accepted
.program sock_create_1 type=cgroup_sock attach=cgroup_inet_sock_create
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program sock_create_2 type=cgroup_sock attach=cgroup_inet_sock_create
    r0 = 2
    exit

# says: accepted
.program post_bind4_1 type=cgroup_sock attach=cgroup_inet4_post_bind
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program post_bind4_2 type=cgroup_sock attach=cgroup_inet4_post_bind
    r0 = 2
    exit

# says: accepted
.program bind4_0 type=cgroup_sock_addr attach=cgroup_inet4_bind
    r0 = 0
    exit

# says: accepted
.program bind4_1 type=cgroup_sock_addr attach=cgroup_inet4_bind
    r0 = 1
    exit

# says: accepted
.program bind4_2 type=cgroup_sock_addr attach=cgroup_inet4_bind
    r0 = 2
    exit

# says: accepted
.program bind4_3 type=cgroup_sock_addr attach=cgroup_inet4_bind
    r0 = 3
    exit

# says: At program exit the register R0 has smin=4 smax=4 should have been in [0, 3]
.program bind4_4 type=cgroup_sock_addr attach=cgroup_inet4_bind
    r0 = 4
    exit

# says: accepted
.program bind6_3 type=cgroup_sock_addr attach=cgroup_inet6_bind
    r0 = 3
    exit

# says: At program exit the register R0 has smin=4 smax=4 should have been in [0, 3]
.program bind6_4 type=cgroup_sock_addr attach=cgroup_inet6_bind
    r0 = 4
    exit

# says: accepted
.program connect4_1 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program connect4_2 type=cgroup_sock_addr attach=cgroup_inet4_connect
    r0 = 2
    exit

# says: At program exit the register R0 has smin=0 smax=0 should have been in [1, 1]
.program recvmsg4_0 type=cgroup_sock_addr attach=cgroup_udp4_recvmsg
    r0 = 0
    exit

# says: accepted
.program recvmsg4_1 type=cgroup_sock_addr attach=cgroup_udp4_recvmsg
    r0 = 1
    exit

# says: accepted
.program sendmsg6_0 type=cgroup_sock_addr attach=cgroup_udp6_sendmsg
    r0 = 0
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program sendmsg6_2 type=cgroup_sock_addr attach=cgroup_udp6_sendmsg
    r0 = 2
    exit

# says: At program exit the register R0 has smin=0 smax=0 should have been in [1, 1]
.program getpeername4_0 type=cgroup_sock_addr attach=cgroup_inet4_getpeername
    r0 = 0
    exit

# says: accepted
.program getpeername4_1 type=cgroup_sock_addr attach=cgroup_inet4_getpeername
    r0 = 1
    exit

# says: At program exit the register R0 has smin=0 smax=0 should have been in [1, 1]
.program getsockname6_0 type=cgroup_sock_addr attach=cgroup_inet6_getsockname
    r0 = 0
    exit

# says: accepted
.program getsockname6_1 type=cgroup_sock_addr attach=cgroup_inet6_getsockname
    r0 = 1
    exit

# says: accepted
.program sock_ops_0 type=sock_ops attach=cgroup_sock_ops
    r0 = 0
    exit

# says: accepted
.program sock_ops_1 type=sock_ops attach=cgroup_sock_ops
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program sock_ops_2 type=sock_ops attach=cgroup_sock_ops
    r0 = 2
    exit

# says: accepted
.program device_1 type=cgroup_device attach=cgroup_device
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program device_2 type=cgroup_device attach=cgroup_device
    r0 = 2
    exit

# says: accepted
.program sysctl_1 type=cgroup_sysctl attach=cgroup_sysctl
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program sysctl_2 type=cgroup_sysctl attach=cgroup_sysctl
    r0 = 2
    exit

# says: accepted
.program getsockopt_0 type=cgroup_sockopt attach=cgroup_getsockopt
    r0 = 0
    exit

# says: accepted
.program getsockopt_1 type=cgroup_sockopt attach=cgroup_getsockopt
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program getsockopt_2 type=cgroup_sockopt attach=cgroup_getsockopt
    r0 = 2
    exit

# says: accepted
.program setsockopt_1 type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program setsockopt_2 type=cgroup_sockopt attach=cgroup_setsockopt
    r0 = 2
    exit

# says: accepted
.program sk_lookup_0 type=sk_lookup attach=sk_lookup
    r0 = 0
    exit

# says: accepted
.program sk_lookup_1 type=sk_lookup attach=sk_lookup
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program sk_lookup_2 type=sk_lookup attach=sk_lookup
    r0 = 2
    exit

# says: accepted
.program sk_skb_0 type=sk_skb
    r0 = 0
    exit

# says: accepted
.program sk_skb_5 type=sk_skb
    r0 = 5
    exit

# says: accepted
.program sk_msg_0 type=sk_msg
    r0 = 0
    exit

# says: accepted
.program sk_msg_5 type=sk_msg
    r0 = 5
    exit

# says: accepted
.program netfilter_0 type=netfilter attach=netfilter
    r0 = 0
    exit

# says: accepted
.program netfilter_1 type=netfilter attach=netfilter
    r0 = 1
    exit

# says: At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
.program netfilter_2 type=netfilter attach=netfilter
    r0 = 2
    exit

# says: accepted
.program flow_dissector_0 type=flow_dissector
    r0 = 0
    exit

# says: accepted
.program flow_dissector_129 type=flow_dissector
    r0 = 129
    exit

# says: accepted
.program raw_tracepoint_0 type=raw_tracepoint
    r0 = 0
    exit

# says: accepted
.program raw_tracepoint_minus_5 type=raw_tracepoint
    r0 = -5
    exit

# says: accepted
.program tracepoint_0 type=tracepoint
    r0 = 0
    exit

# says: accepted
.program tracepoint_7 type=tracepoint
    r0 = 7
    exit

# says: accepted
.program perf_event_0 type=perf_event
    r0 = 0
    exit

# says: accepted
.program perf_event_7 type=perf_event
    r0 = 7
    exit

# says: accepted
.program lwt_in_0 type=lwt_in
    r0 = 0
    exit

# says: accepted
.program lwt_in_200 type=lwt_in
    r0 = 200
    exit

# says: accepted
.program syscall_0 type=syscall flags=sleepable
    r0 = 0
    exit

# says: accepted
.program syscall_minus_22 type=syscall flags=sleepable
    r0 = -22
    exit

# says: At program exit the register R0 has smin=0 smax=4294967295 should have been in [0, 3]
.program egress_unknown type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 0)
    exit

# says: accepted
.program egress_masked type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 0)
    r0 &= 3
    exit

# says: accepted
.program egress_checked type=cgroup_skb attach=cgroup_inet_egress
    r0 = *(u32 *)(r1 + 0)
    if r0 > 2 goto l
    exit
l:
    r0 = 1
    exit

# says: At program exit the register R0 has smin=9 smax=9 should have been in [0, 3]
.program egress_two_values type=cgroup_skb attach=cgroup_inet_egress
    r0 = 1
    r2 = *(u32 *)(r1 + 0)
    if r2 > 5 goto l
    r0 = 9
l:
    exit

# says: accepted
.program pointer_returned type=xdp
    r0 = r1
    exit

# says: accepted
.program stack_pointer_returned type=sched_cls
    r0 = r10
    exit

# says: At program exit the register R0 is not a known value (ctx)
.program pointer_where_checked type=sock_ops attach=cgroup_sock_ops
    r0 = r1
    exit

# says: R0 !read_ok
.program nothing_returned type=xdp
    exit

# says: R0 !read_ok
.program result_of_void_helper type=xdp
    r1 = 5
    exit

# says: At program exit the register R0 has smin=4294967297 smax=4294967297 should have been in [0, 1]
.program low_half_only type=sock_ops attach=cgroup_sock_ops
    r0 = 0x100000001 ll
    exit
