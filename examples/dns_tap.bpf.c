// SPDX-License-Identifier: Apache-2.0
/*
 * A socket filter that lets only DNS answers through, cut to their first 128 bytes, and counts
 * their result codes. Reads the question's name with a bounded loop.
 */
#include "common.h"
#include <linux/if_ether.h>
#include <linux/ip.h>

#define MAX_NAME 64

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} result_codes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32); /* length of the name */
	__type(value, __u64);
} name_lengths SEC(".maps");

struct dns_header {
	__be16 id;
	__u8 flags;
	__u8 code;
	__be16 questions;
	__be16 answers;
	__be16 authorities;
	__be16 additional;
};

SEC("socket")
int dns_tap(struct __sk_buff *skb)
{
	struct dns_header dns;
	__u32 offset, code, length = 0;
	__u8 version, protocol, byte;
	__be16 port;
	__u64 *count;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return 0;
	if (bpf_skb_load_bytes(skb, ETH_HLEN, &version, 1) < 0 ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + 9, &protocol, 1) < 0)
		return 0;
	if (protocol != IPPROTO_UDP)
		return 0;
	offset = ETH_HLEN + (version & 15) * 4;
	if (bpf_skb_load_bytes(skb, offset, &port, 2) < 0 || port != bpf_htons(53))
		return 0;
	offset += 8;
	if (bpf_skb_load_bytes(skb, offset, &dns, sizeof(dns)) < 0)
		return 0;
	if (!(dns.flags & 0x80))
		return 0;

	code = dns.code & 15;
	count = bpf_map_lookup_elem(&result_codes, &code);
	if (count)
		__sync_fetch_and_add(count, 1);

	offset += sizeof(dns);
	for (int i = 0; i < MAX_NAME; i++) {
		if (bpf_skb_load_bytes(skb, offset + i, &byte, 1) < 0 || !byte)
			break;
		length++;
	}
	count = bpf_map_lookup_elem(&name_lengths, &length);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 128;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
