// SPDX-License-Identifier: Apache-2.0
// mcpu=v4
// Arenas: casts between address spaces, what a pointer into one may do.
#include "rules.h"

#define arena __attribute__((address_space(1)))
#define to_arena(pointer) asm volatile(".byte 0xbf; .byte (%[reg] << 4) | %[reg]; .short 1; .long 1" : [reg] "+r"(pointer))

struct {
	__uint(type, 33 /* BPF_MAP_TYPE_ARENA */);
	__uint(map_flags, 1 << 10 /* BPF_F_MMAPABLE */);
	__uint(max_entries, 4);
} pages SEC(".maps");
MAP(numbers, BPF_MAP_TYPE_ARRAY, 4, u32, u64);

extern void arena *bpf_arena_alloc_pages(void *map, void arena *addr, u32 count, int node, u64 flags) __ksym;
extern void bpf_arena_free_pages(void *map, void arena *addr, u32 count) __ksym;
extern int bpf_arena_reserve_pages(void *map, void arena *addr, u32 count) __ksym;

global int takes_arena(u64 arena *p arg_arena)
{
	return p ? *p > 1 : 0;
}
global int takes_memory(u64 *p) { return p ? *p > 1 : 0; }

SEC("syscall") SAYS("accepted")
int allocated(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	if (p)
		*p = 5;
	return 0;
}
SEC("syscall") SAYS("accepted")
int allocated_unchecked(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	*p = 5;
	return 0;
}
SEC("syscall") SAYS("accepted")
int far_beyond(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	p[100000] = 5;
	return p[123456] > 3;
}
SEC("syscall") SAYS("accepted")
int freed(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	bpf_arena_free_pages(&pages, p, 1);
	return *p > 1;
}
SEC("syscall") SAYS("accepted")
int reserved(void *ctx) { return bpf_arena_reserve_pages(&pages, 0, 1); }
SEC("syscall") SAYS("accepted")
int of_other_map(void *ctx)
{
	u64 arena *p;
	u32 key = 0;
	bpf_map_update_elem(&numbers, &key, &(u64){1}, 0);
	p = bpf_arena_alloc_pages(&numbers, 0, 1, -1, 0);
	return p != 0;
}
SEC("tc") SAYS("program must be sleepable to call sleepable kfunc bpf_arena_alloc_pages")
int allocated_in_classifier(struct __sk_buff *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	return p != 0;
}
SEC("syscall") SAYS("invalid zero-sized read")
int looked_up(void *ctx)
{
	u32 key = 0;
	return bpf_map_lookup_elem(&pages, &key) != 0;
}
SEC("syscall") SAYS("accepted")
int number_cast(void *ctx)
{
	u64 arena *p = (u64 arena *)(long)bpf_get_prandom_u32();
	bpf_arena_reserve_pages(&pages, 0, 1);
	return *p > 1;
}
SEC("syscall") SAYS("addr_space_cast insn can only be used in a program that has an associated arena")
int cast_without_arena(void *ctx)
{
	u64 arena *p = (u64 arena *)(long)bpf_get_prandom_u32();
	return *p > 1;
}
SEC("syscall") SAYS("accepted")
int atomic_add(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	__sync_fetch_and_add(p, 1);
	return 0;
}
SEC("syscall") SAYS("R1 type=arena expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_")
int given_to_helper(void *ctx)
{
	char arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	return bpf_get_current_comm((void *)p, 16);
}
SEC("syscall") SAYS("accepted")
int to_global(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	return takes_arena(p) + takes_arena(0);
}
SEC("syscall") SAYS("accepted")
int number_to_global(void *ctx)
{
	bpf_arena_reserve_pages(&pages, 0, 1);
	return takes_arena((u64 arena *)(long)bpf_get_prandom_u32());
}
SEC("syscall") SAYS("accepted")
int stack_to_global(void *ctx)
{
	u64 own = 0;
	bpf_arena_reserve_pages(&pages, 0, 1);
	return takes_arena((u64 arena *)&own);
}
SEC("syscall") SAYS("Caller passes invalid args into func#1 ('takes_memory')")
int to_global_memory(void *ctx)
{
	u64 arena *p = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	return takes_memory((u64 *)p);
}
SEC("syscall") SAYS("accepted")
int in_lists(void *ctx)
{
	struct node {
		struct node arena *next;
		u64 value;
	};
	struct node arena *head = bpf_arena_alloc_pages(&pages, 0, 1, -1, 0);
	u64 sum = 0;
	for (int i = 0; i < 5 && head; i++) {
		sum += head->value;
		head = head->next;
	}
	return sum > 5;
}
