// SPDX-License-Identifier: Apache-2.0
/* The mistake: the loop ends when a random number says so, which may be never. */
#include "../common.h"

SEC("xdp")
int unbounded_loop(struct xdp_md *ctx)
{
	while (bpf_get_prandom_u32() != 7)
		;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
