// SPDX-License-Identifier: Apache-2.0
// How objects were written before BTF: maps in section maps, section names of old loaders.
#include <linux/bpf.h>
#define SEC(name) __attribute__((section(name), used))

struct bpf_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
};

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

struct bpf_map_def SEC("maps") counters = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 2,
};

struct bpf_map_def SEC("maps") addresses = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 16,
	.value_size = 4,
	.max_entries = 100,
	.map_flags = BPF_F_NO_PREALLOC,
};

SEC("xdp_count")
int count(struct xdp_md *ctx)
{
	__u32 key[4] = { 1 };
	__u64 *counter = bpf_map_lookup_elem(&counters, key);

	if (counter)
		*counter += 1;
	return bpf_map_lookup_elem(&addresses, key) ? XDP_DROP : XDP_PASS;
}

SEC("something_else")
int unknown(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
