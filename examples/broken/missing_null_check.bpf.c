// SPDX-License-Identifier: Apache-2.0
/* The mistake: a map may have no such element, but the result of the lookup is used unchecked. */
#include "../common.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

SEC("tc")
int missing_null_check(struct __sk_buff *skb)
{
	__u32 key = skb->ifindex;
	__u64 *count = bpf_map_lookup_elem(&packets, &key);

	*count += 1;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
