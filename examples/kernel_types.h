/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel structures that the CO-RE example reads, with only the fields that it reads: where
 * they are is found out at load time, from the BTF of the kernel that the program is loaded into. */
#ifndef SKEP_EXAMPLES_KERNEL_TYPES_H
#define SKEP_EXAMPLES_KERNEL_TYPES_H

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mm_struct {
	unsigned long total_vm;
};

struct nsproxy {
	struct pid_namespace *pid_ns_for_children;
};

struct task_struct {
	int pid;
	int tgid;
	int prio;
	char comm[16];
	struct mm_struct *mm;
	struct task_struct *real_parent;
	struct nsproxy *nsproxy;
	unsigned int __state;
};

/* Linux before 5.14 called the field `state`. */
struct task_struct___before_5_14 {
	long state;
};

#pragma clang attribute pop

#endif
