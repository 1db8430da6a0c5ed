// SPDX-License-Identifier: Apache-2.0
/*
 * Reads kernel structures wherever the running kernel keeps them (CO-RE): at every task switch,
 * the names, parents and memory of the two tasks. Once through a typed tracepoint (tp_btf), whose
 * pointers the verifier knows, and once through a raw tracepoint, whose pointers it does not.
 */
#include "common.h"
#include "kernel_types.h"
#include <bpf/bpf_core_read.h>

struct last_switch {
	int pid;
	int tgid;
	int parent;
	int priority;
	long state;
	unsigned long pages;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct last_switch);
} switches SEC(".maps");

static __always_inline long state_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ((struct task_struct___before_5_14 *)task, state);
}

SEC("tp_btf/sched_switch")
int typed_switch(__u64 *ctx)
{
	struct task_struct *next = (struct task_struct *)ctx[2];
	struct last_switch *out;
	struct mm_struct *mm;
	__u32 slot = 0;

	out = bpf_map_lookup_elem(&switches, &slot);
	if (!out)
		return 0;
	out->pid = next->pid;
	out->tgid = next->tgid;
	out->parent = next->real_parent->tgid;
	out->priority = next->prio;
	out->state = state_of(next);
	mm = next->mm;
	out->pages = mm ? mm->total_vm : 0;
	bpf_probe_read_kernel_str(out->comm, sizeof(out->comm), next->comm);
	return 0;
}

SEC("raw_tp/sched_switch")
int raw_switch(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *previous = (struct task_struct *)ctx->args[1];
	struct last_switch *out;
	__u32 slot = 1;

	out = bpf_map_lookup_elem(&switches, &slot);
	if (!out)
		return 0;
	out->pid = BPF_CORE_READ(previous, pid);
	out->tgid = BPF_CORE_READ(previous, tgid);
	out->parent = BPF_CORE_READ(previous, real_parent, tgid);
	out->priority = BPF_CORE_READ(previous, prio);
	out->state = state_of(previous);
	out->pages = BPF_CORE_READ(previous, mm, total_vm);
	BPF_CORE_READ_STR_INTO(&out->comm, previous, comm);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
