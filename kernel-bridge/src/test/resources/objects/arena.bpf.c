// SPDX-License-Identifier: Apache-2.0
// A page of an arena, allocated by the program and written for user space to read.
#include "common.h"

#define BPF_MAP_TYPE_ARENA 33
#define __arena __attribute__((address_space(1)))

struct {
  __uint(type, BPF_MAP_TYPE_ARENA);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 4);
} arena SEC(".maps");

void __arena *bpf_arena_alloc_pages(void *map, void __arena *addr, __u32 page_cnt, int node_id,
                                    __u64 flags) __ksym __weak;

__u64 place;

SEC("syscall")
int fill(void *ctx)
{
  __u64 __arena *page = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);

  if (!page)
    return 1;
  page[0] = 0x1122334455667788;
  page[511] = 99;
  place = (__u64)page;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
