// SPDX-License-Identifier: Apache-2.0
// Critical sections: RCU, preemption, interrupts; how they nest and what may happen inside.
#include "rules.h"

MAP(tasks, BPF_MAP_TYPE_ARRAY, 4, u32, u64);

subprogram void enters_rcu(void) { bpf_rcu_read_lock(); }
subprogram void leaves_rcu(void) { bpf_rcu_read_unlock(); }
subprogram void disables(void) { bpf_preempt_disable(); }
subprogram void enables(void) { bpf_preempt_enable(); }
subprogram int nothing(int x) { hide(x); return x; }
global int nothing_global(int x) { hide(x); return x; }
global int sleeps_global(int x)
{
	char own[8];
	return bpf_copy_from_user(own, sizeof(own), (void *)0x1000);
}
global int sleeps_by_kfunc(int x)
{
	char own[8];
	return bpf_copy_from_user_str(own, sizeof(own), (void *)0x1000, 0);
}
global int sleeps_deep(int x) { return sleeps_global(x) + 1; }

SEC("syscall") SAYS("accepted")
int rcu_pair(void *ctx) { bpf_rcu_read_lock(); bpf_rcu_read_unlock(); return 0; }
SEC("syscall") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region")
int rcu_not_left(void *ctx) { bpf_rcu_read_lock(); return 0; }
SEC("syscall") SAYS("unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)")
int rcu_not_entered(void *ctx) { bpf_rcu_read_unlock(); return 0; }
SEC("syscall") SAYS("nested rcu read lock (kernel function bpf_rcu_read_lock)")
int rcu_nested(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("nested rcu read lock (kernel function bpf_rcu_read_lock)")
int rcu_nested_unbalanced(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("accepted")
int rcu_by_subprograms(void *ctx) { enters_rcu(); leaves_rcu(); return 0; }
SEC("syscall") SAYS("accepted")
int rcu_left_by_subprogram(void *ctx) { bpf_rcu_read_lock(); leaves_rcu(); return 0; }
SEC("syscall") SAYS("sleepable helper bpf_copy_from_user#148 in rcu_read_lock region")
int rcu_sleeping_helper(void *ctx)
{
	char own[8];
	bpf_rcu_read_lock();
	bpf_copy_from_user(own, sizeof(own), (void *)0x1000);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region")
int rcu_one_branch(void *ctx)
{
	bpf_rcu_read_lock();
	if (bpf_get_prandom_u32() & 1)
		bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("accepted")
int rcu_global_function(void *ctx)
{
	bpf_rcu_read_lock();
	nothing_global(3);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("a non-sleepable BPF program context")
int rcu_global_that_sleeps(void *ctx)
{
	bpf_rcu_read_lock();
	sleeps_global(3);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("a non-sleepable BPF program context")
int rcu_global_that_sleeps_deep(void *ctx)
{
	bpf_rcu_read_lock();
	sleeps_deep(3);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("accepted")
int rcu_pointer_read_inside(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(), *parent;
	int pid = 0;
	bpf_rcu_read_lock();
	parent = task->real_parent;
	pid = parent->pid;
	bpf_rcu_read_unlock();
	return pid > 5;
}
SEC("syscall") SAYS("accepted")
int rcu_pointer_read_after(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(), *parent;
	bpf_rcu_read_lock();
	parent = task->real_parent;
	bpf_rcu_read_unlock();
	return parent->pid > 5;
}
SEC("syscall") SAYS("R1 must be a rcu pointer")
int rcu_pointer_of_other_section(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(), *parent;
	bpf_rcu_read_lock();
	parent = task->real_parent;
	bpf_rcu_read_unlock();
	bpf_rcu_read_lock();
	parent = bpf_task_acquire(parent);
	if (parent)
		bpf_task_release(parent);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tc") SAYS("accepted")
int rcu_where_always_in_one(struct __sk_buff *ctx) { bpf_rcu_read_lock(); bpf_rcu_read_unlock(); return 0; }
SEC("syscall") SAYS("accepted")
int rcu_tail(void *ctx)
{
	bpf_rcu_read_lock();
	nothing(4);
	bpf_rcu_read_unlock();
	return nothing_global(0);
}

SEC("tc") SAYS("accepted")
int preempt_pair(struct __sk_buff *ctx) { bpf_preempt_disable(); bpf_preempt_enable(); return 0; }
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region")
int preempt_not_enabled(struct __sk_buff *ctx) { bpf_preempt_disable(); return 0; }
SEC("tc") SAYS("unmatched attempt to enable preemption (kernel function bpf_preempt_enable)")
int preempt_not_disabled(struct __sk_buff *ctx) { bpf_preempt_enable(); return 0; }
SEC("tc") SAYS("accepted")
int preempt_nested(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_preempt_enable();
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region")
int preempt_nested_unbalanced(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 0;
}
SEC("tc") SAYS("accepted")
int preempt_by_subprograms(struct __sk_buff *ctx) { disables(); enables(); return 0; }
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region")
int preempt_left_by_subprogram(struct __sk_buff *ctx) { disables(); return 0; }
SEC("tc") SAYS("accepted")
int preempt_helper(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_ktime_get_ns();
	bpf_preempt_enable();
	return 0;
}
SEC("syscall") SAYS("sleepable helper bpf_copy_from_user#148 in non-preemptible region")
int preempt_sleeping_helper(void *ctx)
{
	char own[8];
	bpf_preempt_disable();
	bpf_copy_from_user(own, sizeof(own), (void *)0x1000);
	bpf_preempt_enable();
	return 0;
}
SEC("syscall") SAYS("kernel func bpf_copy_from_user_str is sleepable within non-preemptible region")
int preempt_sleeping_kfunc(void *ctx)
{
	char own[8];
	bpf_preempt_disable();
	bpf_copy_from_user_str(own, sizeof(own), (void *)0x1000, 0);
	bpf_preempt_enable();
	return 0;
}
SEC("tc") SAYS("accepted")
int preempt_global_function(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	nothing_global(3);
	bpf_preempt_enable();
	return 0;
}
SEC("syscall") SAYS("a non-sleepable BPF program context")
int preempt_global_that_sleeps(void *ctx)
{
	bpf_preempt_disable();
	sleeps_by_kfunc(3);
	bpf_preempt_enable();
	return 0;
}
SEC("tc") SAYS("accepted")
int preempt_and_rcu_crossed(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_rcu_read_lock();
	bpf_preempt_enable();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tc") SAYS("accepted")
int irq_pair(struct __sk_buff *ctx)
{
	unsigned long flags;
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_local_irq_save-ed region")
int irq_not_restored(struct __sk_buff *ctx)
{
	unsigned long flags;
	bpf_local_irq_save(&flags);
	return 0;
}
SEC("tc") SAYS("expected an initialized irq flag as arg#0")
int irq_not_saved(struct __sk_buff *ctx)
{
	unsigned long flags;
	bpf_local_irq_restore(&flags);
	return 0;
}
SEC("tc") SAYS("expected an initialized irq flag as arg#0")
int irq_number_restored(struct __sk_buff *ctx)
{
	unsigned long flags = 512;
	hide(flags);
	bpf_local_irq_restore(&flags);
	return 0;
}
SEC("tc") SAYS("accepted")
int irq_nested(struct __sk_buff *ctx)
{
	unsigned long a, b;
	bpf_local_irq_save(&a);
	bpf_local_irq_save(&b);
	bpf_local_irq_restore(&b);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("tc") SAYS("cannot restore irq state out of order, expected id=2 acquired at insn_idx=7")
int irq_out_of_order(struct __sk_buff *ctx)
{
	unsigned long a, b;
	bpf_local_irq_save(&a);
	bpf_local_irq_save(&b);
	bpf_local_irq_restore(&a);
	bpf_local_irq_restore(&b);
	return 0;
}
SEC("tc") SAYS("expected uninitialized irq flag as arg#0")
int irq_saved_twice(struct __sk_buff *ctx)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	bpf_local_irq_save(&a);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("tc") SAYS("expected an initialized irq flag as arg#0")
int irq_restored_twice(struct __sk_buff *ctx)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	bpf_local_irq_restore(&a);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("tc") SAYS("invalid read from stack off -8+0 size 8")
int irq_flags_read(struct __sk_buff *ctx)
{
	unsigned long a, was;
	bpf_local_irq_save(&a);
	was = *(volatile unsigned long *)&a;
	bpf_local_irq_restore(&a);
	return was & 1;
}
SEC("tc") SAYS("expected an initialized irq flag as arg#0")
int irq_flags_overwritten(struct __sk_buff *ctx)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	*(volatile unsigned long *)&a = 0;
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("tc") SAYS("arg#0 doesn't point to an irq flag on stack")
int irq_flags_in_map(struct __sk_buff *ctx)
{
	u32 key = 0;
	unsigned long *a = bpf_map_lookup_elem(&tasks, &key);
	if (a)
		bpf_local_irq_save(a);
	return 0;
}
subprogram void saves(unsigned long *flags) { bpf_local_irq_save(flags); }
subprogram void restores(unsigned long *flags) { bpf_local_irq_restore(flags); }
SEC("tc") SAYS("accepted")
int irq_by_subprograms(struct __sk_buff *ctx)
{
	unsigned long a;
	saves(&a);
	restores(&a);
	return 0;
}
SEC("syscall") SAYS("sleepable helper bpf_copy_from_user#148 in IRQ-disabled region")
int irq_sleeping_helper(void *ctx)
{
	unsigned long a;
	char own[8];
	bpf_local_irq_save(&a);
	bpf_copy_from_user(own, sizeof(own), (void *)0x1000);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("syscall") SAYS("kernel func bpf_copy_from_user_str is sleepable within IRQ-disabled region")
int irq_sleeping_kfunc(void *ctx)
{
	unsigned long a;
	char own[8];
	bpf_local_irq_save(&a);
	bpf_copy_from_user_str(own, sizeof(own), (void *)0x1000, 0);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("tc") SAYS("accepted")
int irq_global_function(struct __sk_buff *ctx)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	nothing_global(3);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("syscall") SAYS("a non-sleepable BPF program context")
int irq_global_that_sleeps(void *ctx)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	sleeps_global(3);
	bpf_local_irq_restore(&a);
	return 0;
}
SEC("tc") SAYS("accepted")
int irq_helper(struct __sk_buff *ctx)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	bpf_ktime_get_ns();
	bpf_local_irq_restore(&a);
	return 0;
}
subprogram int in_callback(u32 i, void *data)
{
	unsigned long a;
	bpf_local_irq_save(&a);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_local_irq_save-ed region")
int irq_left_by_callback(struct __sk_buff *ctx) { return bpf_loop(2, in_callback, 0, 0); }
