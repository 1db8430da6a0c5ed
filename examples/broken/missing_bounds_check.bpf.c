// SPDX-License-Identifier: Apache-2.0
/* The mistake: the IPv4 header is read after a check that covers the Ethernet header only. */
#include "../common.h"
#include <linux/if_ether.h>
#include <linux/ip.h>

SEC("xdp")
int missing_bounds_check(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(eth + 1) > end)
		return XDP_DROP;
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	return ip->protocol == IPPROTO_UDP ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
