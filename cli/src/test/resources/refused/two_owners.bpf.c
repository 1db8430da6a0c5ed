// SPDX-License-Identifier: Apache-2.0
// Types that Linux refuses: an item of a list and of a tree that does not count its owners. Built as
// the rules are (rules/build), with -I../rules.
#include "rules.h"

struct item {
	u64 value;
	struct bpf_list_node link;
	struct bpf_rb_node branch;
};
private(items) struct bpf_spin_lock lock;
private(items) struct bpf_list_head list contains(item, link);
private(items) struct bpf_rb_root tree contains(item, branch);
struct item *unused;

SEC("tc")
int locks(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return list.opaque[0] != (u64)unused + tree.opaque[0];
}
