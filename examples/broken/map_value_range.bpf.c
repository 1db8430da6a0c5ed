// SPDX-License-Identifier: Apache-2.0
/* The mistake: the mask allows indexes up to 31, but the value has 16 counters. */
#include "../common.h"

struct counters {
	__u64 by_class[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

SEC("tc")
int map_value_range(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct counters *all = bpf_map_lookup_elem(&counters, &zero);

	if (!all)
		return 0;
	all->by_class[skb->priority & 31] += 1;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
