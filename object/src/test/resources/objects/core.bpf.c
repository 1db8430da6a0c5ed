// SPDX-License-Identifier: Apache-2.0
// CO-RE: every kind of relocation, found and not found.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mm_struct {
	unsigned long arg_start;
};

struct list_head {
	struct list_head *next, *prev;
};

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct mm_struct *mm;
	char comm[16];
	unsigned int in_iowait : 1;
	struct list_head children;
	int not_in_any_kernel;
};

struct task_struct___old {
	long state;
};

struct task_struct___new {
	unsigned int __state;
};

struct file___gone {
	int nothing_like_it;
};

struct no_such_struct {
	int field;
};

struct sk_buff {
	unsigned int len;
	union {
		struct {
			unsigned char pkt_type : 3;
			unsigned char ignore_df : 1;
		};
	};
	unsigned short protocol;
};

struct in6_addr___small {
	struct {
		unsigned char u6_addr8[16];
	} in6_u;
};

union sigval {
	int sival_int;
	void *sival_ptr;
};

#pragma clang attribute pop

enum bpf_map_type___local {
	BPF_MAP_TYPE_RINGBUF___local = 1,
	BPF_MAP_TYPE_OF_NO_KERNEL = 7777,
};

enum bpf_prog_type___matching {
	BPF_PROG_TYPE_XDP___matching = 0,
};

enum bpf_cgroup_storage_type___missing {
	NOT_THERE = 1,
};

typedef struct {
	int counter;
} atomic_t;

long out[32];

SEC("raw_tp/sched_switch")
int fields(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct___new *renamed = (void *)task;
	struct task_struct___old *old = (void *)task;

	out[0] = BPF_CORE_READ(task, pid);
	out[1] = BPF_CORE_READ(task, real_parent, mm, arg_start);
	bpf_core_read_str(&out[2], 8, &task->comm);
	out[3] = BPF_CORE_READ_BITFIELD_PROBED(task, in_iowait);
	out[4] = bpf_core_field_exists(task->not_in_any_kernel);
	if (bpf_core_field_exists(task->not_in_any_kernel))
		out[5] = BPF_CORE_READ(task, not_in_any_kernel);
	if (bpf_core_field_exists(old->state))
		out[6] = BPF_CORE_READ(old, state);
	else
		out[6] = BPF_CORE_READ(renamed, __state);
	out[7] = bpf_core_field_size(task->comm);
	out[8] = bpf_core_field_offset(struct task_struct, children.prev);
	out[9] = (long)&task->children.prev;
	out[10] = task->comm[3] ? 1 : 0;
	return 0;
}

SEC("raw_tp/sched_wakeup")
int types(void *ctx)
{
	out[0] = bpf_core_type_exists(struct task_struct);
	out[1] = bpf_core_type_exists(struct no_such_struct);
	out[2] = bpf_core_type_size(struct task_struct);
	out[3] = bpf_core_type_size(struct no_such_struct);
	out[4] = bpf_core_type_matches(struct list_head);
	out[5] = bpf_core_type_matches(struct task_struct);
	out[6] = bpf_core_type_exists(atomic_t);
	out[7] = bpf_core_type_matches(union sigval);
	out[8] = bpf_core_type_id_local(struct task_struct);
	out[9] = bpf_core_type_id_kernel(struct task_struct);
	out[10] = bpf_core_type_id_kernel(struct no_such_struct);
	out[11] = bpf_core_type_exists(struct file___gone);
	out[12] = bpf_core_type_matches(struct in6_addr___small);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int enumerators(void *ctx)
{
	out[0] = bpf_core_enum_value_exists(enum bpf_map_type___local, BPF_MAP_TYPE_RINGBUF___local);
	out[1] = bpf_core_enum_value(enum bpf_map_type___local, BPF_MAP_TYPE_RINGBUF___local);
	out[2] = bpf_core_enum_value_exists(enum bpf_map_type___local, BPF_MAP_TYPE_OF_NO_KERNEL);
	if (bpf_core_enum_value_exists(enum bpf_map_type___local, BPF_MAP_TYPE_OF_NO_KERNEL))
		out[3] = bpf_core_enum_value(enum bpf_map_type___local, BPF_MAP_TYPE_OF_NO_KERNEL);
	out[4] = bpf_core_type_matches(enum bpf_prog_type___matching);
	out[5] = bpf_core_type_matches(enum bpf_cgroup_storage_type___missing);
	return 0;
}

SEC("raw_tp/netif_rx")
int bit_fields(unsigned long long *ctx)
{
	struct sk_buff *skb = (void *)ctx[0];

	out[0] = BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);
	out[1] = BPF_CORE_READ_BITFIELD_PROBED(skb, ignore_df);
	out[2] = bpf_core_field_exists(skb->protocol);
	out[3] = BPF_CORE_READ(skb, protocol);
	return 0;
}

SEC("tp_btf/netif_rx")
int direct(unsigned long long *ctx)
{
	struct sk_buff *skb = (void *)ctx[0];

	out[0] = skb->len;
	out[1] = BPF_CORE_READ_BITFIELD(skb, pkt_type);
	out[2] = skb->protocol;
	return 0;
}

SEC("?tp_btf/netif_rx")
int reaches_poison(unsigned long long *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	out[0] = task->not_in_any_kernel;
	return 0;
}

char _license[] SEC("license") = "GPL";
