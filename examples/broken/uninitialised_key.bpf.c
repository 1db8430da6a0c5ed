// SPDX-License-Identifier: Apache-2.0
/*
 * The mistake: two bytes of the key, the padding, are never written. Linux lets a loader with
 * CAP_PERFMON do that (the look-up then fails at random), and refuses it to everybody else.
 */
#include "../common.h"

struct key {
	__u32 address;
	__u16 port;
	/* two bytes of padding */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct key);
	__type(value, __u64);
} flows SEC(".maps");

SEC("socket")
int uninitialised_key(struct __sk_buff *skb)
{
	struct key key;

	key.address = skb->len;
	key.port = skb->protocol;
	return bpf_map_lookup_elem(&flows, &key) ? skb->len : 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
