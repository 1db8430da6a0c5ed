// SPDX-License-Identifier: Apache-2.0
/*
 * Drops TCP connection attempts to ports that nobody listens on: looks the socket up, and gives
 * the reference back on every path. The packet is read through direct access.
 */
#include "common.h"
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} refused_by_port_class SEC(".maps");

SEC("tc")
int tc_guard(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);
	struct tcphdr *tcp = data + sizeof(*eth) + sizeof(*ip);
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk;
	__u64 *refused;
	__u32 class;
	int listening;

	if ((void *)(tcp + 1) > end)
		return TC_ACT_OK;
	if (eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_TCP || ip->ihl != 5)
		return TC_ACT_OK;
	if (!tcp->syn || tcp->ack)
		return TC_ACT_OK;

	tuple.ipv4.saddr = ip->saddr;
	tuple.ipv4.daddr = ip->daddr;
	tuple.ipv4.sport = tcp->source;
	tuple.ipv4.dport = tcp->dest;
	class = (bpf_ntohs(tcp->dest) >> 10) & 63;
	sk = bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (sk) {
		listening = sk->state == BPF_TCP_LISTEN;
		bpf_sk_release(sk);
		if (listening)
			return TC_ACT_OK;
	}
	refused = bpf_map_lookup_elem(&refused_by_port_class, &class);
	if (refused)
		__sync_fetch_and_add(refused, 1);
	return TC_ACT_SHOT;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
