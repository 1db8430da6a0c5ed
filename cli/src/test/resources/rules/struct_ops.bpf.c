// SPDX-License-Identifier: Apache-2.0
// Programs that stand in for the functions of a kernel structure: TCP congestion controls.
#include "rules.h"

struct sock {
	int sk_rcvbuf;
} __attribute__((preserve_access_index));
struct tcp_sock {
	u32 snd_cwnd;
	u32 snd_ssthresh;
	u32 rcv_nxt;
} __attribute__((preserve_access_index));
struct ack_sample {
	u32 pkts_acked;
	s32 rtt_us;
} __attribute__((preserve_access_index));

struct tcp_congestion_ops {
	u32 flags;
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	void (*set_state)(struct sock *sk, u8 state);
	void (*pkts_acked)(struct sock *sk, const struct ack_sample *sample);
	u32 (*undo_cwnd)(struct sock *sk);
	u32 (*min_tso_segs)(struct sock *sk);
	void (*init)(struct sock *sk);
	void (*release)(struct sock *sk);
	char name[16];
};
extern u32 tcp_reno_ssthresh(struct sock *sk) __ksym;
extern void tcp_reno_cong_avoid(struct sock *sk, u32 ack, u32 acked) __ksym;
extern u32 tcp_slow_start(struct tcp_sock *tp, u32 acked) __ksym;

MAP(numbers, BPF_MAP_TYPE_ARRAY, 4, u32, u64);

SEC("struct_ops/ssthresh") SAYS("accepted")
u32 constant(u64 *ctx) { return 10; }
SEC("struct_ops/undo_cwnd") SAYS("accepted")
u32 reads_socket(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];
	return sk->sk_rcvbuf;
}
SEC("struct_ops/init") SAYS("accepted")
void nothing(u64 *ctx) {}
SEC("struct_ops/release") SAYS("no write support to tcp_sock at off 244")
void writes_socket(u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];
	sk->sk_rcvbuf = 5;
}
SEC("struct_ops/cong_avoid") SAYS("accepted")
void writes_window(u64 *ctx)
{
	struct tcp_sock *tp = (void *)ctx[0];
	tp->snd_cwnd = 10;
	tp->snd_ssthresh = (u32)ctx[1] + (u32)ctx[2];
}
SEC("struct_ops/set_state") SAYS("no write support to tcp_sock at off 1664")
void writes_sequence(u64 *ctx)
{
	struct tcp_sock *tp = (void *)ctx[0];
	tp->rcv_nxt = ctx[1];
}
SEC("struct_ops/pkts_acked") SAYS("accepted")
void reads_sample(u64 *ctx)
{
	const struct ack_sample *sample = (void *)ctx[1];
	u32 key = 0;
	u64 *value = bpf_map_lookup_elem(&numbers, &key);
	if (value)
		*value += sample->pkts_acked;
}
SEC("struct_ops/min_tso_segs") SAYS("invalid bpf_context access off=8 size=8")
u32 argument_beyond(u64 *ctx) { return ctx[1]; }

SEC("struct_ops/ssthresh") SAYS("accepted")
u32 calls_reno(u64 *ctx) { return tcp_reno_ssthresh((void *)ctx[0]); }
SEC("struct_ops/undo_cwnd") SAYS("arg#0 pointer type STRUCT sock must point to scalar, or struct with scalar")
u32 calls_reno_with_number(u64 *ctx) { return tcp_reno_ssthresh((void *)5); }
SEC("struct_ops/init") SAYS("accepted")
void calls_helper(u64 *ctx) { bpf_get_prandom_u32(); }
SEC("struct_ops/release") SAYS("program of this type cannot use helper bpf_skb_pull_data#39")
void calls_helper_not_allowed(u64 *ctx) { bpf_get_current_task_btf(); bpf_skb_pull_data((void *)ctx, 0); }
SEC("struct_ops/cong_avoid") SAYS("accepted")
void calls_reno_avoid(u64 *ctx) { tcp_reno_cong_avoid((void *)ctx[0], ctx[1], ctx[2]); }
SEC("struct_ops/set_state") SAYS("accepted")
void acknowledges(u64 *ctx) { bpf_tcp_send_ack((void *)ctx[0], 5); }
SEC("struct_ops/pkts_acked") SAYS("only read is supported")
void writes_sample(u64 *ctx)
{
	struct ack_sample *sample = (void *)ctx[1];
	sample->rtt_us = 5;
}
SEC("struct_ops/min_tso_segs") SAYS("invalid bpf_context access off=0 size=4")
u32 narrow_argument(u64 *ctx) { return *(volatile u32 *)ctx; }

SEC("struct_ops/ssthresh") SAYS("accepted")
u32 gets_option(u64 *ctx)
{
	int value = 0;
	return bpf_getsockopt((void *)ctx[0], 6, 13, &value, sizeof(value));
}
SEC("struct_ops/undo_cwnd") SAYS("accepted")
u32 stack_too_deep(u64 *ctx)
{
	volatile char room[500];
	room[0] = 1;
	return room[0];
}
SEC("struct_ops/init") SAYS("accepted")
void sets_option(u64 *ctx)
{
	int value = 0;
	bpf_setsockopt((void *)ctx[0], 6, 13, &value, sizeof(value));
}
SEC("struct_ops/release") SAYS("program of this type cannot use helper bpf_setsockopt#49")
void sets_option_at_the_end(u64 *ctx)
{
	int value = 0;
	bpf_setsockopt((void *)ctx[0], 6, 13, &value, sizeof(value));
}
SEC("struct_ops/cong_avoid") SAYS("accepted")
void slow_starts(u64 *ctx) { tcp_slow_start((void *)ctx[0], ctx[2]); }
SEC("struct_ops/set_state") SAYS("accepted")
void reads_narrow_state(u64 *ctx)
{
	volatile char bytes[256] = {};
	bytes[(u8)ctx[1]] = 1;
}
SEC("struct_ops/pkts_acked") SAYS("invalid bpf_context access off=4 size=8")
void unaligned_argument(u64 *ctx) { *(volatile u64 *)((void *)ctx + 4); }
SEC("struct_ops/min_tso_segs") SAYS("invalid bpf_context access off=0 size=8")
u32 writes_context(u64 *ctx)
{
	ctx[0] = 5;
	return 0;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops first = {
	.ssthresh = (void *)constant,
	.undo_cwnd = (void *)reads_socket,
	.init = (void *)nothing,
	.release = (void *)writes_socket,
	.cong_avoid = (void *)writes_window,
	.set_state = (void *)writes_sequence,
	.pkts_acked = (void *)reads_sample,
	.min_tso_segs = (void *)argument_beyond,
	.name = "skep_rules_1",
};
SEC(".struct_ops.link")
struct tcp_congestion_ops second = {
	.ssthresh = (void *)calls_reno,
	.undo_cwnd = (void *)calls_reno_with_number,
	.init = (void *)calls_helper,
	.release = (void *)calls_helper_not_allowed,
	.cong_avoid = (void *)calls_reno_avoid,
	.set_state = (void *)acknowledges,
	.pkts_acked = (void *)writes_sample,
	.min_tso_segs = (void *)narrow_argument,
	.name = "skep_rules_2",
};
SEC(".struct_ops.link")
struct tcp_congestion_ops third = {
	.ssthresh = (void *)gets_option,
	.undo_cwnd = (void *)stack_too_deep,
	.init = (void *)sets_option,
	.release = (void *)sets_option_at_the_end,
	.cong_avoid = (void *)slow_starts,
	.set_state = (void *)reads_narrow_state,
	.pkts_acked = (void *)unaligned_argument,
	.min_tso_segs = (void *)writes_context,
	.name = "skep_rules_3",
};
