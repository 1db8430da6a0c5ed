// SPDX-License-Identifier: Apache-2.0
// What testkit's tests look at: variables, typed maps, events, text, timers, objects and lists.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

const volatile __u32 limit = 3;
__u64 seen;
__s16 negative = -2;
char label[8] = "abc";

enum kind { KIND_SMALL = 1, KIND_LARGE = 7 };

struct key {
	__u8 protocol;
	__u32 address;
};

struct count {
	__u32 packets;
	__u64 total_bytes;
	enum kind kind;
	__u16 low : 4, high : 12;
	__u8 first[4];
};

struct event {
	__u32 length;
	char text[8];
};

// Brings the structure into the object's types.
struct event *event_type __attribute__((unused));

struct ticking {
	struct bpf_timer timer;
	__u64 ticks;
	__u64 when;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, struct key);
	__type(value, struct count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct ticking);
} timers SEC(".maps");

SEC("tc")
int account(struct __sk_buff *skb)
{
	struct key key = { .protocol = 17, .address = skb->len };
	struct count fresh = { .kind = skb->len > 100 ? KIND_LARGE : KIND_SMALL, .low = 5, .high = 300 };
	struct count *count;
	struct event *event;

	seen++;
	if (seen > limit)
		return TC_ACT_SHOT;
	bpf_printk("packet %d of %d bytes", (int)seen, skb->len);
	bpf_map_update_elem(&counts, &key, &fresh, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&counts, &key);
	if (count) {
		count->packets++;
		count->total_bytes += skb->len;
		bpf_skb_load_bytes(skb, 0, count->first, 4);
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (event) {
		event->length = skb->len;
		__builtin_memcpy(event->text, label, sizeof(event->text));
		bpf_ringbuf_submit(event, 0);
	}
	return TC_ACT_OK;
}

static int tick(void *map, __u32 *key, struct ticking *value)
{
	value->ticks += 1 + *key;
	value->when = bpf_ktime_get_ns();
	if (value->ticks < 6)
		bpf_timer_start(&value->timer, 1000000, 0);
	return 0;
}

SEC("tc")
int start(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct ticking *value = bpf_map_lookup_elem(&timers, &key);

	if (!value)
		return -1;
	if (bpf_timer_init(&value->timer, &timers, 1))
		return -2;
	bpf_timer_set_callback(&value->timer, tick);
	return bpf_timer_start(&value->timer, 1000000, 0);
}

SEC("tc")
int stop(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct ticking *value = bpf_map_lookup_elem(&timers, &key);

	return value ? bpf_timer_cancel(&value->timer) : -1;
}

struct bpf_list_head { __u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_node { __u64 opaque[3]; } __attribute__((aligned(8)));
struct bpf_rb_root { __u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_rb_node { __u64 opaque[4]; } __attribute__((aligned(8)));

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				    void *meta, __u64 off) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				   void *meta, __u64 off) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       _Bool (less)(struct bpf_rb_node *a, const struct bpf_rb_node *b),
			       void *meta, __u64 off) __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;

struct item {
	__u64 number;
	struct bpf_list_node node;
	struct bpf_rb_node branch;
};

#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

private(shelf) struct bpf_spin_lock lock;
private(shelf) struct bpf_list_head shelf __attribute__((btf_decl_tag("contains:item:node")));

#define item_of(pointer, member) ((struct item *)((void *)(pointer) - __builtin_offsetof(struct item, member)))

SEC("tc")
int list(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	int sum = 0;

	for (int i = 1; i <= 3; i++) {
		struct item *item = bpf_obj_new_impl(bpf_core_type_id_local(struct item), 0);

		if (!item)
			return -1;
		item->number = i;
		bpf_spin_lock(&lock);
		if (i == 2)
			bpf_list_push_front_impl(&shelf, &item->node, 0, 0);
		else
			bpf_list_push_back_impl(&shelf, &item->node, 0, 0);
		bpf_spin_unlock(&lock);
	}
	for (int i = 0; i < 4; i++) {
		bpf_spin_lock(&lock);
		node = bpf_list_pop_front(&shelf);
		bpf_spin_unlock(&lock);
		if (!node)
			break;
		sum = sum * 10 + item_of(node, node)->number;
		bpf_obj_drop_impl(item_of(node, node), 0);
	}
	return sum;
}

private(tree) struct bpf_spin_lock tree_lock;
private(tree) struct bpf_rb_root tree __attribute__((btf_decl_tag("contains:item:branch")));

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return item_of(a, branch)->number < item_of(b, branch)->number;
}

SEC("tc")
int sorted(struct __sk_buff *skb)
{
	int sum = 0;

	for (int i = 1; i <= 5; i++) {
		struct item *item = bpf_obj_new_impl(bpf_core_type_id_local(struct item), 0);

		if (!item)
			return -1;
		item->number = i * 7 % 5;
		bpf_spin_lock(&tree_lock);
		bpf_rbtree_add_impl(&tree, &item->branch, less, 0, 0);
		bpf_spin_unlock(&tree_lock);
	}
	for (int i = 0; i < 5; i++) {
		struct bpf_rb_node *first;

		bpf_spin_lock(&tree_lock);
		first = bpf_rbtree_first(&tree);
		if (first)
			first = bpf_rbtree_remove(&tree, first);
		bpf_spin_unlock(&tree_lock);
		if (!first)
			return -2;
		sum = sum * 10 + item_of(first, branch)->number;
		bpf_obj_drop_impl(item_of(first, branch), 0);
	}
	return sum;
}

char _license[] SEC("license") = "GPL";
