// SPDX-License-Identifier: Apache-2.0
// What came late: arenas, exception callbacks, context tags, newer sections.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))
#define __decl_tag(text) __attribute__((btf_decl_tag(text)))
#define ARENA 33

struct {
	__uint(type, ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 10);
	enum { arena_map_extra = 0x1ull << 44 } map_extra;
} arena SEC(".maps");

int __arena in_arena = 5;
int __arena also_in_arena = 6;

extern void bpf_throw(__u64 cookie) __ksym;

__attribute__((noinline)) int on_exception(__u64 cookie)
{
	return cookie != 0;
}

__attribute__((noinline)) int with_context(void *ctx __decl_tag("arg:ctx"))
{
	return ctx != 0;
}

SEC("tc")
__decl_tag("exception_callback:on_exception")
int throws(struct __sk_buff *skb)
{
	if (skb->len > 100)
		bpf_throw(3);
	return with_context(skb);
}

SEC("tcx/ingress")
int arenas(struct __sk_buff *skb)
{
	in_arena += 1;
	return also_in_arena > in_arena;
}

SEC("kprobe.session/do_*")
int session(void *ctx)
{
	return 0;
}

SEC("uprobe.multi.s//proc/self/exe:main")
int multi(void *ctx)
{
	return 0;
}

SEC("netkit/peer")
int netkit(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
