// SPDX-License-Identifier: Apache-2.0
// Functions and variables of the kernel: there, not there, and not there but not needed.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
};

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern void bpf_rcu_read_lock___flavour(void) __ksym __weak;
extern void bpf_of_a_kernel_that_is_not(int x) __ksym __weak;
extern void bpf_task_release___other(int number) __ksym __weak;

extern const int cpu_number __ksym __weak;
extern const int variable_of_no_kernel __ksym __weak;

SEC("tp_btf/task_newtask")
int use(unsigned long long *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct task_struct *held;

	if (bpf_rcu_read_lock)
		bpf_rcu_read_lock();
	if (bpf_of_a_kernel_that_is_not)
		bpf_of_a_kernel_that_is_not(1);
	if (bpf_rcu_read_unlock)
		bpf_rcu_read_unlock();
	if (bpf_task_release___other)
		bpf_task_release___other(3);
	if (bpf_rcu_read_lock___flavour) {
		bpf_rcu_read_lock___flavour();
		bpf_rcu_read_unlock();
	}
	if (&variable_of_no_kernel)
		return variable_of_no_kernel;
	held = bpf_task_acquire(task);
	if (held)
		bpf_task_release(held);
	return 0;
}

char _license[] SEC("license") = "GPL";
