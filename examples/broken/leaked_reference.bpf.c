// SPDX-License-Identifier: Apache-2.0
/* The mistake: on one path the reserved record is neither submitted nor discarded. */
#include "../common.h"

struct event {
	__u32 length;
	__u32 mark;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int leaked_reference(struct __sk_buff *skb)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 0;
	event->length = skb->len;
	if (!skb->mark)
		return 0;
	event->mark = skb->mark;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
