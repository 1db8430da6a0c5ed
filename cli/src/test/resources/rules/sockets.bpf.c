// SPDX-License-Identifier: Apache-2.0
// Sockets: found and released, seen as other kinds of socket, and what hangs on them.
#include "rules.h"

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} per_socket SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} per_task SEC(".maps");
struct {
	__uint(type, 32 /* BPF_MAP_TYPE_CGRP_STORAGE */);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} per_cgroup SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, u64);
} old_storage SEC(".maps");
MAP(sockets, BPF_MAP_TYPE_SOCKMAP, 4, u32, u64);
MAP(numbers, BPF_MAP_TYPE_ARRAY, 4, u32, u64);

#define FIND(name) \
	struct bpf_sock_tuple tuple = {}; \
	struct bpf_sock *name = bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), -1, 0)

SEC("tc") SAYS("accepted")
int found(struct __sk_buff *ctx)
{
	FIND(sk);
	if (sk)
		bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int found_leaks(struct __sk_buff *ctx) { FIND(sk); return sk != 0; }
SEC("tc") SAYS("R1 type=sock_or_null expected=sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_")
int found_unchecked(struct __sk_buff *ctx) { FIND(sk); bpf_sk_release(sk); return 0; }
SEC("tc") SAYS("R1 type=scalar expected=sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_")
int released_twice(struct __sk_buff *ctx)
{
	FIND(sk);
	if (!sk)
		return 0;
	bpf_sk_release(sk);
	bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int read_after_release(struct __sk_buff *ctx)
{
	FIND(sk);
	if (!sk)
		return 0;
	bpf_sk_release(sk);
	return sk->mark;
}
SEC("tc") SAYS("R0 pointer arithmetic on sock prohibited")
int released_at_offset(struct __sk_buff *ctx)
{
	FIND(sk);
	if (sk)
		bpf_sk_release((void *)sk + 1);
	return 0;
}
SEC("tc") SAYS("accepted")
int tuple_size_unusual(struct __sk_buff *ctx)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_udp(ctx, &tuple, 5, -1, 0);
	if (sk)
		bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("accepted")
int tuple_too_large(struct __sk_buff *ctx)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_udp(ctx, &tuple, sizeof(tuple) + 1, -1, 0);
	if (sk)
		bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("accepted")
int fields(struct __sk_buff *ctx)
{
	int sum;
	FIND(sk);
	if (!sk)
		return 0;
	sum = sk->family + sk->src_port + sk->dst_port + sk->state + sk->src_ip6[3];
	bpf_sk_release(sk);
	return sum > 5;
}
SEC("tc") SAYS("R0 cannot write into sock")
int field_written(struct __sk_buff *ctx)
{
	FIND(sk);
	if (!sk)
		return 0;
	sk->mark = 5;
	bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("R0 invalid sock access off=2 size=4")
int field_unaligned(struct __sk_buff *ctx)
{
	u32 got;
	FIND(sk);
	if (!sk)
		return 0;
	got = *(volatile u32 *)((void *)sk + 2);
	bpf_sk_release(sk);
	return got > 1;
}
SEC("tc") SAYS("R0 invalid sock access off=80 size=4")
int field_beyond(struct __sk_buff *ctx)
{
	u32 got;
	FIND(sk);
	if (!sk)
		return 0;
	got = *(volatile u32 *)((void *)sk + sizeof(*sk));
	bpf_sk_release(sk);
	return got > 1;
}
SEC("tc") SAYS("accepted")
int port_narrow(struct __sk_buff *ctx)
{
	u8 got;
	FIND(sk);
	if (!sk)
		return 0;
	got = *(volatile u8 *)&sk->dst_port;
	bpf_sk_release(sk);
	return got;
}
SEC("tc") SAYS("accepted")
int as_tcp(struct __sk_buff *ctx)
{
	struct bpf_tcp_sock *tcp;
	int got = 0;
	FIND(sk);
	if (!sk)
		return 0;
	tcp = bpf_tcp_sock(sk);
	if (tcp)
		got = tcp->snd_cwnd > 5;
	bpf_sk_release(sk);
	return got;
}
SEC("tc") SAYS("R0 invalid mem access 'tcp_sock_or_null'")
int as_tcp_unchecked(struct __sk_buff *ctx)
{
	int got;
	FIND(sk);
	if (!sk)
		return 0;
	got = bpf_tcp_sock(sk)->snd_cwnd;
	bpf_sk_release(sk);
	return got;
}
SEC("tc") SAYS("R8 invalid mem access 'scalar'")
int as_tcp_after_release(struct __sk_buff *ctx)
{
	struct bpf_tcp_sock *tcp;
	FIND(sk);
	if (!sk)
		return 0;
	tcp = bpf_tcp_sock(sk);
	bpf_sk_release(sk);
	return tcp ? tcp->snd_cwnd : 0;
}
SEC("tc") SAYS("accepted")
int as_tcp_released(struct __sk_buff *ctx)
{
	struct bpf_tcp_sock *tcp;
	FIND(sk);
	if (!sk)
		return 0;
	tcp = bpf_tcp_sock(sk);
	if (tcp)
		bpf_sk_release(tcp);
	else
		bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("accepted")
int listener_not_owned(struct __sk_buff *ctx)
{
	struct bpf_sock *listener;
	FIND(sk);
	if (!sk)
		return 0;
	listener = bpf_get_listener_sock(sk);
	bpf_sk_release(sk);
	return listener ? listener->mark : 0;
}
SEC("tc") SAYS("R6 pointer arithmetic on sock_common prohibited")
int common_to_full(struct __sk_buff *ctx)
{
	struct bpf_sock *sk = ctx->sk, *full;
	if (!sk)
		return 0;
	full = bpf_sk_fullsock(sk);
	return full ? full->mark > 5 : sk->family > 2;
}
SEC("tc") SAYS("R1 invalid mem access 'sock_common_or_null'")
int common_unchecked(struct __sk_buff *ctx) { return ctx->sk->family; }
SEC("tc") SAYS("R1 invalid sock_common access off=16 size=4")
int common_full_field(struct __sk_buff *ctx) { return ctx->sk ? ctx->sk->mark : 0; }
SEC("tc") SAYS("R1 must be referenced when passed to release function")
int common_released(struct __sk_buff *ctx)
{
	if (ctx->sk)
		bpf_sk_release(ctx->sk);
	return 0;
}
SEC("tc") SAYS("accepted")
int stored(struct __sk_buff *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	u64 *value;
	if (!sk)
		return 0;
	sk = bpf_sk_fullsock(sk);
	if (!sk)
		return 0;
	value = bpf_sk_storage_get(&per_socket, sk, 0, 1);
	return value ? *value > 5 : 0;
}
SEC("tc") SAYS("R2 type=scalar expected=sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_")
int stored_at_null(struct __sk_buff *ctx) { return bpf_sk_storage_get(&per_socket, 0, 0, 1) != 0; }
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int stored_unchecked(struct __sk_buff *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	return sk ? *(u64 *)bpf_sk_storage_get(&per_socket, sk, 0, 1) : 0;
}
SEC("tc") SAYS("cannot pass map_type 29 into func bpf_sk_storage_get#107")
int stored_in_other_map(struct __sk_buff *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	return sk ? bpf_sk_storage_get(&per_task, sk, 0, 1) != 0 : 0;
}
SEC("tc") SAYS("cannot pass map_type 24 into func bpf_map_lookup_elem#1")
int storage_looked_up(struct __sk_buff *ctx)
{
	u32 key = 0;
	return bpf_map_lookup_elem(&per_socket, &key) != 0;
}
SEC("tc") SAYS("accepted")
int assigned(struct __sk_buff *ctx)
{
	int got = 0;
	FIND(sk);
	if (sk) {
		got = bpf_sk_assign(ctx, sk, 0);
		bpf_sk_release(sk);
	}
	return got;
}
SEC("tc") SAYS("accepted")
int from_socket_map(struct __sk_buff *ctx)
{
	u32 key = 0;
	struct bpf_sock *sk = bpf_map_lookup_elem(&sockets, &key);
	if (sk)
		bpf_sk_release(sk);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int from_socket_map_leaks(struct __sk_buff *ctx)
{
	u32 key = 0;
	return bpf_map_lookup_elem(&sockets, &key) != 0;
}
SEC("tc") SAYS("accepted")
int into_socket_map(struct __sk_buff *ctx)
{
	u32 key = 0;
	FIND(sk);
	if (sk) {
		bpf_map_update_elem(&sockets, &key, sk, 0);
		bpf_sk_release(sk);
	}
	return 0;
}
SEC("tc") SAYS("R3 type=sock expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_")
int into_plain_map(struct __sk_buff *ctx)
{
	u32 key = 0;
	FIND(sk);
	if (sk) {
		bpf_map_update_elem(&numbers, &key, sk, 0);
		bpf_sk_release(sk);
	}
	return 0;
}
SEC("tc") SAYS("R0 pointer arithmetic on sock prohibited")
int sum_of_sockets(struct __sk_buff *ctx)
{
	FIND(sk);
	if (!sk)
		return 0;
	sk += ctx->len;
	bpf_sk_release(sk);
	return 0;
}
SEC("sk_lookup") SAYS("accepted")
int chosen(struct bpf_sk_lookup *ctx)
{
	u32 key = 0;
	struct bpf_sock *sk = bpf_map_lookup_elem(&sockets, &key);
	if (!sk)
		return 1;
	bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);
	return 1;
}
SEC("sk_lookup") SAYS("accepted")
int chosen_null(struct bpf_sk_lookup *ctx) { bpf_sk_assign(ctx, 0, 0); return 1; }
SEC("sk_lookup") SAYS("At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]")
int chosen_returns_two(struct bpf_sk_lookup *ctx) { return 2; }
SEC("sk_lookup") SAYS("invalid bpf_context access off=60 size=4")
int chosen_written(struct bpf_sk_lookup *ctx) { ctx->local_port = 5; return 1; }

SEC("tp_btf/sys_enter") SAYS("accepted")
int task_storage(void *ctx)
{
	u64 *value = bpf_task_storage_get(&per_task, bpf_get_current_task_btf(), 0, 1);
	return value ? *value > 1 : 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_storage_null(void *ctx) { return bpf_task_storage_get(&per_task, 0, 0, 1) != 0; }
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_storage_walked(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	return bpf_task_storage_get(&per_task, task->real_parent, 0, 1) != 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_storage_initial(void *ctx)
{
	u64 first = 5;
	return bpf_task_storage_get(&per_task, bpf_get_current_task_btf(), &first, 1) != 0;
}
SEC("tp_btf/sys_enter") SAYS("invalid read from stack R3 off=-4 size=8")
int task_storage_initial_short(void *ctx)
{
	u32 first = 5;
	return bpf_task_storage_get(&per_task, bpf_get_current_task_btf(), &first, 1) != 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_storage_deleted(void *ctx) { return bpf_task_storage_delete(&per_task, bpf_get_current_task_btf()); }
SEC("syscall") SAYS("accepted")
int task_storage_sleepable(void *ctx) { return bpf_task_storage_get(&per_task, bpf_get_current_task_btf(), 0, 1) != 0; }
SEC("tp_btf/sys_enter") SAYS("accepted")
int cgroup_storage(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 *value;
	bpf_rcu_read_lock();
	value = bpf_cgrp_storage_get(&per_cgroup, task->cgroups->dfl_cgrp, 0, 1);
	if (value)
		*value = 1;
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("R2 is of type task_struct but cgroup is expected")
int cgroup_storage_of_task(void *ctx) { return bpf_cgrp_storage_get(&per_cgroup, (void *)bpf_get_current_task_btf(), 0, 1) != 0; }
SEC("cgroup_skb/egress") SAYS("accepted")
int old_storage_used(struct __sk_buff *ctx)
{
	u64 *value = bpf_get_local_storage(&old_storage, 0);
	*value += 1;
	return 1;
}
SEC("cgroup_skb/egress") SAYS("get_local_storage() doesn't support non-zero flags")
int old_storage_flags(struct __sk_buff *ctx) { return bpf_get_local_storage(&old_storage, 1) != 0; }
SEC("cgroup_skb/egress") SAYS("R0 min value is outside of the allowed memory range")
int old_storage_beyond(struct __sk_buff *ctx) { return ((volatile u64 *)bpf_get_local_storage(&old_storage, 0))[1] & 1; }
SEC("tc") SAYS("program of this type cannot use helper bpf_get_local_storage#81")
int old_storage_outside(struct __sk_buff *ctx) { return bpf_get_local_storage(&old_storage, 0) != 0; }
