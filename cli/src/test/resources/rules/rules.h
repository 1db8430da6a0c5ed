/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows share. A row is a program and what Linux 6.18 says to it: the last message of its
 * log, or "accepted". */
#ifndef SKEP_RULES_H
#define SKEP_RULES_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define SAYS(text) __attribute__((btf_decl_tag("says:" text)))
#define hide(value) asm volatile("" : "+r"(value)) /* from the compiler */
#define subprogram static __attribute__((__noinline__))
#define global __attribute__((__noinline__))
#define arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define arg_arena __attribute__((btf_decl_tag("arg:arena")))
#define kptr_ref __attribute__((btf_type_tag("kptr")))
#define kptr_unref __attribute__((btf_type_tag("kptr_untrusted")))
#define kptr_percpu __attribute__((btf_type_tag("percpu_kptr")))
#define contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))
#define exception_callback(name) __attribute__((btf_decl_tag("exception_callback:" #name)))
#define offsetof_(type, field) ((unsigned long)&((type *)0)->field)
#define container_of_(pointer, type, field) \
	((type *)((void *)(pointer) - __builtin_offsetof(type, field)))
#define private(name) SEC(".data." #name) __attribute__((aligned(8)))

#define MAP(name, kind, entries, key_type, value_type) \
	struct { \
		__uint(type, kind); \
		__uint(max_entries, entries); \
		__type(key, key_type); \
		__type(value, value_type); \
	} name SEC(".maps")

/* Sleeping programs have a section of their own. */
#define SLEEPS SEC("syscall")

typedef __u64 u64;
typedef __u32 u32;
typedef __s64 s64;
typedef __s32 s32;
typedef __u8 u8;
typedef _Bool bool;
#define true 1
#define false 0

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct cgroup {
	int level;
};
struct css_set {
	struct cgroup *dfl_cgrp;
};
struct mm_struct {
	unsigned long total_vm;
};
struct task_struct {
	int pid;
	int tgid;
	char comm[16];
	struct mm_struct *mm;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct css_set *cgroups;
};
#pragma clang attribute pop

/* Newer than the headers that the rows are built with. */
struct bpf_list_head {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_node {
	u64 opaque[3];
} __attribute__((aligned(8)));
struct bpf_rb_root {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_rb_node {
	u64 opaque[4];
} __attribute__((aligned(8)));
struct bpf_refcount {
	u32 opaque[1];
} __attribute__((aligned(4)));
struct bpf_wq {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_task_work {
	u64 opaque;
} __attribute__((aligned(8)));

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern struct cgroup *bpf_cgroup_from_id(u64 id) __ksym;
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgroup) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgroup) __ksym;
extern void *bpf_obj_new_impl(u64 type, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_copy_from_user_str(void *to, u32 size, const void *from, u64 flags) __ksym;
#define bpf_obj_new(type) \
	((type *)bpf_obj_new_impl( \
		__builtin_btf_type_id(*(type *)0, 0 /* BPF_TYPE_ID_LOCAL */), 0))
#define bpf_obj_drop(object) bpf_obj_drop_impl(object, 0)

char LICENSE[] SEC("license") = "GPL";

#endif
