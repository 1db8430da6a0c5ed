// SPDX-License-Identifier: Apache-2.0
/*
 * A packet filter at the network driver. Drops IPv4 packets from blocked networks (longest prefix
 * first) and TCP or UDP packets to ports that are not open; counts what it does per CPU.
 */
#include "common.h"
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>

struct network {
	__u32 prefix_length;
	__u32 address; /* network byte order */
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct network);
	__type(value, __u64); /* packets dropped */
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u16); /* host byte order */
	__type(value, __u8);
} open_ports SEC(".maps");

enum counter { PASSED, BLOCKED_NETWORK, CLOSED_PORT, MALFORMED, COUNTERS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* Set before loading: false lets packets to closed ports pass, but counts them. */
const volatile __u8 enforce_ports = 1;

static __always_inline int finish(__u32 counter, int action)
{
	__u64 *count = bpf_map_lookup_elem(&counters, &counter);

	if (count)
		*count += 1;
	return action;
}

SEC("xdp")
int xdp_firewall(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct network source = { .prefix_length = 32 };
	__u64 *dropped;
	void *transport;
	__u16 port;

	if ((void *)(eth + 1) > end)
		return finish(MALFORMED, XDP_DROP);
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return finish(PASSED, XDP_PASS);
	if ((void *)(ip + 1) > end || ip->ihl < 5)
		return finish(MALFORMED, XDP_DROP);

	source.address = ip->saddr;
	dropped = bpf_map_lookup_elem(&blocked, &source);
	if (dropped) {
		__sync_fetch_and_add(dropped, 1);
		return finish(BLOCKED_NETWORK, XDP_DROP);
	}

	transport = (void *)ip + ip->ihl * 4;
	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = transport;

		if ((void *)(tcp + 1) > end)
			return finish(MALFORMED, XDP_DROP);
		port = bpf_ntohs(tcp->dest);
	} else if (ip->protocol == IPPROTO_UDP) {
		struct udphdr *udp = transport;

		if ((void *)(udp + 1) > end)
			return finish(MALFORMED, XDP_DROP);
		port = bpf_ntohs(udp->dest);
	} else {
		return finish(PASSED, XDP_PASS);
	}
	if (!bpf_map_lookup_elem(&open_ports, &port))
		return finish(CLOSED_PORT, enforce_ports ? XDP_DROP : XDP_PASS);
	return finish(PASSED, XDP_PASS);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
