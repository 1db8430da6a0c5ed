// SPDX-License-Identifier: Apache-2.0
/*
 * Which addresses the processes of a cgroup may connect to. A rule names a network and a port (0
 * for every port); port 53 is sent to a resolver of our own.
 */
#include "common.h"

struct rule {
	__u32 prefix_length; /* bits of port and address together */
	__u16 port;
	__u16 unused;
	__u32 address[4]; /* network byte order; IPv4 in the first word */
} __attribute__((packed));

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct rule);
	__type(value, __u32);
} rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* cgroup id */
	__type(value, __u64); /* refused connections */
} refused SEC(".maps");

const volatile __u32 resolver_address; /* network byte order; 0: leave port 53 alone */

static __noinline int allowed(struct rule *rule)
{
	__u32 *allow;

	if (!rule)
		return 0;
	allow = bpf_map_lookup_elem(&rules, rule);
	if (!allow) {
		rule->port = 0;
		allow = bpf_map_lookup_elem(&rules, rule);
	}
	return allow ? *allow != 0 : 0;
}

static __always_inline int decide(struct rule *rule)
{
	__u64 cgroup = bpf_get_current_cgroup_id();
	__u64 one = 1;
	__u64 *count;

	if (allowed(rule))
		return 1;
	count = bpf_map_lookup_elem(&refused, &cgroup);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&refused, &cgroup, &one, BPF_ANY);
	return 0;
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx)
{
	struct rule rule = { .prefix_length = 32 + 32 };

	if (resolver_address && ctx->user_port == bpf_htons(53)) {
		ctx->user_ip4 = resolver_address;
		return 1;
	}
	rule.port = bpf_ntohs(ctx->user_port);
	rule.address[0] = ctx->user_ip4;
	return decide(&rule);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *ctx)
{
	struct rule rule = { .prefix_length = 32 + 128 };

	rule.port = bpf_ntohs(ctx->user_port);
	rule.address[0] = ctx->user_ip6[0];
	rule.address[1] = ctx->user_ip6[1];
	rule.address[2] = ctx->user_ip6[2];
	rule.address[3] = ctx->user_ip6[3];
	return decide(&rule);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
