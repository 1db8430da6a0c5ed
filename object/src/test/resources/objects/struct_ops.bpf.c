// SPDX-License-Identifier: Apache-2.0
// A TCP congestion control: a structure of callbacks with members in another order than the kernel's.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sock;

struct tcp_congestion_ops {
	char name[16];
	unsigned int flags;
	unsigned int (*undo_cwnd)(struct sock *sk);
	unsigned int (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, unsigned int ack, unsigned int acked);
	void *owner;
};

SEC("struct_ops")
unsigned int threshold(unsigned long long *ctx)
{
	return 2;
}

SEC("struct_ops/undo")
unsigned int undo(unsigned long long *ctx)
{
	return 10;
}

SEC("struct_ops")
void avoid(unsigned long long *ctx)
{
}

SEC(".struct_ops")
struct tcp_congestion_ops skep_congestion = {
	.ssthresh = (void *)threshold,
	.undo_cwnd = (void *)undo,
	.cong_avoid = (void *)avoid,
	.name = "bpf_skep",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops skep_linked = {
	.ssthresh = (void *)threshold,
	.undo_cwnd = (void *)undo,
	.cong_avoid = (void *)avoid,
	.name = "bpf_skep_link",
};

char _license[] SEC("license") = "GPL";
