// SPDX-License-Identifier: Apache-2.0
/* The mistake: each function's buffer fits into 512 bytes, both together do not. */
#include "../common.h"

static __noinline int checksum(struct __sk_buff *skb)
{
	__u8 buffer[300];
	int sum = 0;

	if (bpf_skb_load_bytes(skb, 0, buffer, sizeof(buffer)) < 0)
		return 0;
	for (int i = 0; i < 300; i++)
		sum += buffer[i];
	return sum;
}

SEC("tc")
int stack_too_large(struct __sk_buff *skb)
{
	__u8 header[300];
	int sum;

	if (bpf_skb_load_bytes(skb, 0, header, sizeof(header)) < 0)
		return 0;
	sum = checksum(skb);
	return sum == header[skb->mark & 255];
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
