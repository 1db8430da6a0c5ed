// SPDX-License-Identifier: Apache-2.0
// Subprograms: static and global, shared and nested, called back, in an order that matters.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __noinline __attribute__((noinline))

int counter;

static __noinline int leaf(int x)
{
	counter += x;
	return x * 3 + counter;
}

static __noinline int middle(int x)
{
	return leaf(x) + leaf(x + 1);
}

__noinline int global_one(int x)
{
	return middle(x) ^ 5;
}

__hidden __noinline int hidden_one(int x)
{
	return leaf(x) - 2;
}

__weak __noinline int weak_one(int x)
{
	return x + counter;
}

static int visit(__u32 index, void *context)
{
	*(int *)context += leaf(index);
	return 0;
}

SEC("xdp")
int second_first(struct xdp_md *ctx)
{
	return hidden_one(ctx->ingress_ifindex) + global_one(ctx->rx_queue_index) > 3;
}

SEC("xdp")
int alone(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc")
int callback(struct __sk_buff *skb)
{
	int sum = 0;

	bpf_loop(4, visit, &sum, 0);
	return sum + weak_one(skb->len) > 10;
}

SEC("?tc")
int not_loaded(struct __sk_buff *skb)
{
	return middle(skb->mark);
}

char _license[] SEC("license") = "GPL";
