// SPDX-License-Identifier: Apache-2.0
/* The mistake: bpf_skb_store_bytes works on an sk_buff; at XDP there is none yet. */
#include "../common.h"

SEC("xdp")
int helper_not_allowed(struct xdp_md *ctx)
{
	__u32 zero = 0;

	bpf_skb_store_bytes((void *)ctx, 0, &zero, sizeof(zero), 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
