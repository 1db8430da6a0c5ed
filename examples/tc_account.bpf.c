// SPDX-License-Identifier: Apache-2.0
/*
 * Accounts traffic at tc: bytes and packets for each flow in a hash map, and one record through a
 * ring buffer for each flow that is new. Both directions share their code and their maps.
 */
#include "common.h"
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>

struct flow {
	__u32 source;
	__u32 destination;
	__u16 source_port;
	__u16 destination_port;
	__u8 protocol;
	__u8 egress;
	__u16 unused;
};

struct account {
	__u64 packets;
	__u64 bytes;
};

struct new_flow {
	__u64 time;
	struct flow flow;
	__u32 mark;
	__u32 length;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct flow);
	__type(value, struct account);
} accounts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} events SEC(".maps");

__u64 lost; /* records that found the ring buffer full */

/* Ports are at the same place in TCP and UDP. */
static __noinline int read_ports(struct __sk_buff *skb, __u32 offset, struct flow *flow)
{
	if (!flow)
		return -1;
	if (flow->protocol != IPPROTO_TCP && flow->protocol != IPPROTO_UDP)
		return 0;
	return bpf_skb_load_bytes(skb, offset, &flow->source_port, 4);
}

static __always_inline int account(struct __sk_buff *skb, __u8 egress)
{
	struct flow flow = { .egress = egress };
	struct account first = { .packets = 1, .bytes = skb->len };
	struct account *known;
	struct new_flow *event;
	struct iphdr ip;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return TC_ACT_OK;
	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) < 0)
		return TC_ACT_OK;
	flow.source = ip.saddr;
	flow.destination = ip.daddr;
	flow.protocol = ip.protocol;
	if (read_ports(skb, ETH_HLEN + ip.ihl * 4, &flow) < 0)
		return TC_ACT_OK;

	known = bpf_map_lookup_elem(&accounts, &flow);
	if (known) {
		__sync_fetch_and_add(&known->packets, 1);
		__sync_fetch_and_add(&known->bytes, skb->len);
		return TC_ACT_OK;
	}
	bpf_map_update_elem(&accounts, &flow, &first, BPF_NOEXIST);

	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return TC_ACT_OK;
	}
	event->time = bpf_ktime_get_ns();
	event->flow = flow;
	event->mark = skb->mark;
	event->length = skb->len;
	bpf_ringbuf_submit(event, 0);
	return TC_ACT_OK;
}

SEC("tc")
int account_ingress(struct __sk_buff *skb)
{
	return account(skb, 0);
}

SEC("tc")
int account_egress(struct __sk_buff *skb)
{
	return account(skb, 1);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
