// SPDX-License-Identifier: Apache-2.0
// Objects in lists and red-black trees: who owns them, and under which lock.
#include "rules.h"

extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, u64 off) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, u64 off) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym;
extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       bool (less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, u64 off) __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *root) __ksym;
extern struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern void *bpf_refcount_acquire_impl(void *object, void *meta) __ksym;

struct item {
	u64 value;
	struct bpf_list_node link;
};
struct leaf {
	u64 value;
	struct bpf_rb_node branch;
};
struct shared {
	u64 value;
	struct bpf_list_node link;
	struct bpf_rb_node branch;
	struct bpf_refcount refs;
};
struct stranger {
	u64 value;
	struct bpf_list_node link;
};
private(items) struct bpf_spin_lock lock;
private(items) struct bpf_list_head list contains(item, link);
private(items) struct bpf_rb_root tree contains(leaf, branch);
private(other) struct bpf_spin_lock other_lock;
private(other) struct bpf_list_head other_list contains(item, link);
private(shared) struct bpf_spin_lock shared_lock;
private(shared) struct bpf_list_head shared_list contains(shared, link);
private(shared) struct bpf_rb_root shared_tree contains(shared, branch);
private(lonely) struct bpf_spin_lock lonely_lock;
private(lonely) struct bpf_list_head lonely_list contains(stranger, link);

#define push(head, node) bpf_list_push_front_impl(head, node, 0, 0)
#define add(root, node, less) bpf_rbtree_add_impl(root, node, less, 0, 0)
#define acquire(object) bpf_refcount_acquire_impl(object, 0)

subprogram bool smaller(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of_(a, struct leaf, branch)->value < container_of_(b, struct leaf, branch)->value;
}
subprogram bool smaller_shared(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of_(a, struct shared, branch)->value < container_of_(b, struct shared, branch)->value;
}
subprogram bool removes(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rbtree_remove(&tree, a);
	return 0;
}
subprogram bool firsts(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rbtree_first(&tree);
	return 0;
}
subprogram bool unlocks(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_spin_unlock(&lock);
	return 0;
}
subprogram bool helps(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return bpf_ktime_get_ns() & 1; }
subprogram bool enters_rcu(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

#define NEW(type, name) \
	struct type *name = bpf_obj_new(struct type); \
	if (!name) \
		return 0

SEC("tc") SAYS("accepted")
int pushed(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("bpf_spin_lock at off=0 must be held for bpf_list_head")
int pushed_without_lock(struct __sk_buff *ctx)
{
	NEW(item, x);
	push(&list, &x->link);
	return 0;
}
SEC("tc") SAYS("bpf_spin_lock at off=0 must be held for bpf_list_head")
int pushed_under_other_lock(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&other_lock);
	push(&list, &x->link);
	bpf_spin_unlock(&other_lock);
	return 0;
}
SEC("tc") SAYS("operation on bpf_list_head expects arg#1 bpf_list_node at offset=8 in struct item, but arg is at offset=8 in struct stranger")
int pushed_wrong_type(struct __sk_buff *ctx)
{
	NEW(stranger, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("bpf_list_node not found at offset=0")
int pushed_wrong_offset(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, (void *)&x->value);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("arg#1 expected pointer to allocated object")
int pushed_twice(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	push(&list, &x->link);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("R1 must be referenced or trusted")
int pushed_then_dropped(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(x);
	return 0;
}
SEC("tc") SAYS("accepted")
int pushed_read_inside(struct __sk_buff *ctx)
{
	int big;
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	big = x->value > 5;
	x->value = 7;
	bpf_spin_unlock(&lock);
	return big;
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int pushed_read_after_unlock(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	bpf_spin_unlock(&lock);
	return x->value > 5;
}
SEC("tc") SAYS("direct access to bpf_list_node is disallowed")
int node_written(struct __sk_buff *ctx)
{
	NEW(item, x);
	*(volatile u64 *)&x->link = 0;
	bpf_obj_drop(x);
	return 0;
}
SEC("tc") SAYS("bpf_list_head cannot be accessed directly by load/store")
int head_read(struct __sk_buff *ctx) { return *(volatile u64 *)&list & 1; }
SEC("tc") SAYS("accepted")
int popped(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&list);
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop(container_of_(node, struct item, link));
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int popped_leaks(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock);
	bpf_list_pop_back(&list);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("R6 pointer arithmetic on ptr_or_null_ prohibited, null-check it first")
int popped_unchecked(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&list);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(container_of_(node, struct item, link));
	return 0;
}
SEC("tc") SAYS("R1 must have zero offset when passed to release func or trusted arg to kfunc")
int popped_dropped_at_node(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&list);
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop(node);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int popped_dropped_inside(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&list);
	if (node)
		bpf_obj_drop(container_of_(node, struct item, link));
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int popped_pushed_again(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&list);
	if (node)
		bpf_list_push_back_impl(&list, node, 0, 0);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int popped_into_tree(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&shared_lock);
	node = bpf_list_pop_front(&shared_list);
	if (node)
		add(&shared_tree, &container_of_(node, struct shared, link)->branch, smaller_shared);
	bpf_spin_unlock(&shared_lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int front_read(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	int big = 0;
	bpf_spin_lock(&lock);
	node = bpf_list_front(&list);
	if (node)
		big = container_of_(node, struct item, link)->value > 5;
	bpf_spin_unlock(&lock);
	return big;
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int front_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *node;
	bpf_spin_lock(&lock);
	node = bpf_list_front(&list);
	bpf_spin_unlock(&lock);
	return node ? container_of_(node, struct item, link)->value > 5 : 0;
}
SEC("tc") SAYS("accepted")
int added(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	bpf_spin_lock(&lock);
	add(&tree, &x->branch, smaller);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("bpf_spin_lock at off=0 must be held for bpf_rb_root")
int added_without_lock(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	add(&tree, &x->branch, smaller);
	return 0;
}
SEC("tc") SAYS("bpf_rb_node not found at offset=8")
int added_node_of_list(struct __sk_buff *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	add(&tree, (void *)&x->link, smaller);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("arg#1 expected pointer to allocated object")
int added_not_owned(struct __sk_buff *ctx)
{
	NEW(shared, x);
	bpf_spin_lock(&shared_lock);
	push(&shared_list, &x->link);
	add(&shared_tree, &x->branch, smaller_shared);
	bpf_spin_unlock(&shared_lock);
	return 0;
}
SEC("tc") SAYS("bpf_rbtree_remove not allowed in rbtree cb")
int less_removes(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	bpf_spin_lock(&lock);
	add(&tree, &x->branch, removes);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int less_looks_first(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	bpf_spin_lock(&lock);
	add(&tree, &x->branch, firsts);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("can't spin_{lock,unlock} in rbtree cb")
int less_unlocks(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	bpf_spin_lock(&lock);
	add(&tree, &x->branch, unlocks);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int less_calls_helper(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	bpf_spin_lock(&lock);
	add(&tree, &x->branch, helps);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int less_enters_rcu(struct __sk_buff *ctx)
{
	NEW(leaf, x);
	bpf_rcu_read_lock();
	bpf_spin_lock(&lock);
	add(&tree, &x->branch, enters_rcu);
	bpf_spin_unlock(&lock);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tc") SAYS("accepted")
int first_removed(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&tree);
	if (node)
		node = bpf_rbtree_remove(&tree, node);
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop(container_of_(node, struct leaf, branch));
	return 0;
}
SEC("tc") SAYS("Possibly NULL pointer passed to trusted arg1")
int first_removed_unchecked(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_remove(&tree, bpf_rbtree_first(&tree));
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop(container_of_(node, struct leaf, branch));
	return 0;
}
SEC("tc") SAYS("R6 pointer arithmetic on ptr_or_null_ prohibited, null-check it first")
int removed_result_unchecked(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&tree);
	if (!node) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	node = bpf_rbtree_remove(&tree, node);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(container_of_(node, struct leaf, branch));
	return 0;
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int first_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&tree);
	bpf_spin_unlock(&lock);
	return node ? container_of_(node, struct leaf, branch)->value > 5 : 0;
}
SEC("tc") SAYS("bpf_rbtree_remove can only take non-owning or refcounted bpf_rb_node pointer")
int first_removed_in_later_section(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&tree);
	bpf_spin_unlock(&lock);
	if (!node)
		return 0;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_remove(&tree, node);
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop(container_of_(node, struct leaf, branch));
	return 0;
}
SEC("tc") SAYS("accepted")
int removed_then_read(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node, *gone;
	int big = 0;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&tree);
	if (!node) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	gone = bpf_rbtree_remove(&tree, node);
	big = container_of_(node, struct leaf, branch)->value > 5;
	bpf_spin_unlock(&lock);
	if (gone)
		bpf_obj_drop(container_of_(gone, struct leaf, branch));
	return big;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int removed_owned(struct __sk_buff *ctx)
{
	struct bpf_rb_node *gone;
	NEW(leaf, x);
	bpf_spin_lock(&lock);
	gone = bpf_rbtree_remove(&tree, &x->branch);
	bpf_spin_unlock(&lock);
	if (gone)
		bpf_obj_drop(container_of_(gone, struct leaf, branch));
	return 0;
}
SEC("tc") SAYS("accepted")
int walked(struct __sk_buff *ctx)
{
	struct bpf_rb_node *node;
	int big = 0;
	bpf_spin_lock(&lock);
	node = bpf_rbtree_root(&tree);
	if (node)
		node = bpf_rbtree_left(&tree, node);
	if (node)
		big = container_of_(node, struct leaf, branch)->value > 5;
	bpf_spin_unlock(&lock);
	return big;
}
SEC("tc") SAYS("Possibly NULL pointer passed to trusted arg1")
int walked_unchecked(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock);
	bpf_rbtree_left(&tree, bpf_rbtree_root(&tree));
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int shared_in_both(struct __sk_buff *ctx)
{
	struct shared *again;
	NEW(shared, x);
	again = acquire(x);
	bpf_spin_lock(&shared_lock);
	push(&shared_list, &x->link);
	if (again)
		add(&shared_tree, &again->branch, smaller_shared);
	bpf_spin_unlock(&shared_lock);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int shared_leaks(struct __sk_buff *ctx)
{
	NEW(shared, x);
	acquire(x);
	bpf_obj_drop(x);
	return 0;
}
SEC("tc") SAYS("accepted")
int shared_acquired_in_list(struct __sk_buff *ctx)
{
	struct shared *again;
	NEW(shared, x);
	bpf_spin_lock(&shared_lock);
	push(&shared_list, &x->link);
	again = acquire(x);
	bpf_spin_unlock(&shared_lock);
	if (again)
		bpf_obj_drop(again);
	return 0;
}
SEC("tc") SAYS("Possibly NULL pointer passed to trusted arg0")
int shared_acquired_unchecked(struct __sk_buff *ctx)
{
	struct shared *again;
	NEW(shared, x);
	bpf_spin_lock(&shared_lock);
	push(&shared_list, &x->link);
	again = acquire(x);
	bpf_spin_unlock(&shared_lock);
	bpf_obj_drop(again);
	return 0;
}
SEC("tc") SAYS("arg#0 doesn't point to a type with bpf_refcount field")
int acquired_without_count(struct __sk_buff *ctx)
{
	NEW(item, x);
	acquire(x);
	bpf_obj_drop(x);
	return 0;
}
SEC("syscall") SAYS("accepted")
int sleepable_push(void *ctx)
{
	NEW(item, x);
	bpf_spin_lock(&lock);
	push(&list, &x->link);
	bpf_spin_unlock(&lock);
	return 0;
}
