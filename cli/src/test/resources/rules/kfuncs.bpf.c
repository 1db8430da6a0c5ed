// SPDX-License-Identifier: Apache-2.0
// Kernel functions: whom they trust, what they acquire and release, sizes, constants, who may call.
#include "rules.h"

struct bpf_map {
	u32 map_type;
};

struct cpumask {
	unsigned long bits[1];
};
struct bpf_cpumask {
	struct cpumask cpumask;
};
extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym;
extern struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *mask) __ksym;
extern bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask) __ksym;
extern u32 bpf_cpumask_first(const struct cpumask *mask) __ksym;
extern int bpf_cpumask_populate(struct cpumask *mask, void *from, u64 size) __ksym;
extern int bpf_strcmp(const char *a, const char *b) __ksym;
extern int bpf_strlen(const char *s) __ksym;
extern int bpf_strnlen(const char *s, u64 count) __ksym;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgroup, int level) __ksym;
extern long bpf_task_under_cgroup(struct task_struct *task, struct cgroup *ancestor) __ksym;
extern struct cgroup *bpf_task_get_cgroup1(struct task_struct *task, int hierarchy) __ksym;
extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym;
extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym;
extern s64 bpf_map_sum_elem_count(const struct bpf_map *map) __ksym;
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID };
extern int bpf_send_signal_task(struct task_struct *task, int sig, enum pid_type type, u64 value) __ksym;
extern int bpf_not_in_any_kernel(int x) __ksym __attribute__((weak));

MAP(table, BPF_MAP_TYPE_HASH, 8, u32, u64);
char text[16] = "hello";
u32 unknown;

SEC("tp_btf/sys_enter") SAYS("accepted")
int task_acquired(void *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	if (!task)
		return 0;
	bpf_task_release(task);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("Possibly NULL pointer passed to trusted arg0")
int task_acquired_unchecked(void *ctx)
{
	bpf_task_release(bpf_task_acquire(bpf_get_current_task_btf()));
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int task_leaks(void *ctx) { return bpf_task_acquire(bpf_get_current_task_btf()) != 0; }
SEC("tp_btf/sys_enter") SAYS("release kernel function bpf_task_release expects refcounted PTR_TO_BTF_ID")
int task_not_acquired(void *ctx)
{
	bpf_task_release(bpf_get_current_task_btf());
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar")
int task_released_twice(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_task_release(task);
	bpf_task_release(task);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("R6 invalid mem access 'scalar'")
int task_used_after_release(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_task_release(task);
	return task->pid;
}
SEC("tp_btf/sys_enter") SAYS("Possibly NULL pointer passed to trusted arg0")
int task_null(void *ctx)
{
	bpf_task_acquire(0);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar")
int task_is_context(void *ctx)
{
	bpf_task_acquire(ctx);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar")
int task_is_stack(void *ctx)
{
	u64 own = 0;
	bpf_task_acquire((void *)&own);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar")
int task_is_integer(void *ctx)
{
	bpf_task_acquire((void *)bpf_get_current_task());
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_walked_parent(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	task = bpf_task_acquire(task->real_parent);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_walked_leader(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	task = bpf_task_acquire(task->group_leader);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("R1 must be a rcu pointer")
int task_parent_sleepable(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	task = bpf_task_acquire(task->real_parent);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("accepted")
int task_parent_under_rcu(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(), *parent;
	bpf_rcu_read_lock();
	parent = task->real_parent;
	if (parent) {
		parent = bpf_task_acquire(parent);
		if (parent)
			bpf_task_release(parent);
	}
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("kernel function bpf_task_acquire args#0 expected pointer to STRUCT task_struct but R1 has a pointer to STRUCT task_struct")
int task_at_offset(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	bpf_task_acquire((void *)task + 8);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("kernel function bpf_cgroup_acquire args#0 expected pointer to STRUCT cgroup but R1 has a pointer to STRUCT task_struct")
int task_wrong_type(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	bpf_cgroup_acquire((void *)task);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_name_read(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	return task->comm[3] == 'x' && task->mm->total_vm > 3;
}
SEC("tp_btf/sys_enter") SAYS("only read is supported")
int task_written(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	task->pid = 5;
	return 0;
}
SEC("socket") SAYS("calling kernel function bpf_task_from_pid is not allowed")
int task_in_socket_filter(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("tc") SAYS("accepted")
int task_in_classifier(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("accepted")
int cgroup_walk(void *ctx)
{
	struct cgroup *cgroup = bpf_cgroup_from_id(1), *up;
	if (!cgroup)
		return 0;
	up = bpf_cgroup_ancestor(cgroup, 1);
	if (up)
		bpf_cgroup_release(up);
	bpf_cgroup_release(cgroup);
	return 0;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int cgroup_leaks_ancestor(void *ctx)
{
	struct cgroup *cgroup = bpf_cgroup_from_id(1);
	if (!cgroup)
		return 0;
	bpf_cgroup_ancestor(cgroup, 1);
	bpf_cgroup_release(cgroup);
	return 0;
}
SEC("syscall") SAYS("kernel function bpf_task_release args#0 expected pointer to STRUCT task_struct but R1 has a pointer to STRUCT cgroup")
int cgroup_released_as_task(void *ctx)
{
	struct cgroup *cgroup = bpf_cgroup_from_id(1);
	if (!cgroup)
		return 0;
	bpf_task_release((void *)cgroup);
	return 0;
}
SEC("syscall") SAYS("Possibly NULL pointer passed to trusted arg1")
int cgroup_unchecked(void *ctx)
{
	return bpf_task_under_cgroup(bpf_get_current_task_btf(), bpf_cgroup_from_id(1));
}
SEC("syscall") SAYS("accepted")
int cgroup_of_task(void *ctx)
{
	struct cgroup *cgroup = bpf_task_get_cgroup1(bpf_get_current_task_btf(), 1);
	int below = 0;
	if (!cgroup)
		return 0;
	below = bpf_task_under_cgroup(bpf_get_current_task_btf(), cgroup);
	bpf_cgroup_release(cgroup);
	return below;
}
SEC("syscall") SAYS("accepted")
int mask(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	u32 first;
	if (!mask)
		return 0;
	bpf_cpumask_set_cpu(1, mask);
	first = bpf_cpumask_first((const struct cpumask *)mask);
	bpf_cpumask_release(mask);
	return first > 1;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int mask_leaks(void *ctx) { return bpf_cpumask_create() != 0; }
SEC("syscall") SAYS("Possibly NULL pointer passed to trusted arg1")
int mask_unchecked(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	bpf_cpumask_set_cpu(1, mask);
	bpf_cpumask_release(mask);
	return 0;
}
SEC("syscall") SAYS("only read is supported")
int mask_written_directly(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	if (!mask)
		return 0;
	mask->cpumask.bits[0] = 5;
	bpf_cpumask_release(mask);
	return 0;
}
SEC("syscall") SAYS("accepted")
int mask_acquired_twice(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create(), *again;
	if (!mask)
		return 0;
	again = bpf_cpumask_acquire(mask);
	bpf_cpumask_release(mask);
	bpf_cpumask_release(again);
	return 0;
}
SEC("syscall") SAYS("accepted")
int mask_populated(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	u64 source[2] = {};
	if (!mask)
		return 0;
	bpf_cpumask_populate((struct cpumask *)mask, source, sizeof(source));
	bpf_cpumask_release(mask);
	return 0;
}
SEC("syscall") SAYS("arg#1 arg#2 memory, len pair leads to invalid memory access")
int mask_populated_beyond(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	u64 source[2] = {};
	if (!mask)
		return 0;
	bpf_cpumask_populate((struct cpumask *)mask, source, 24);
	bpf_cpumask_release(mask);
	return 0;
}
SEC("syscall") SAYS("arg#1 arg#2 memory, len pair leads to invalid memory access")
int mask_populated_unknown_size(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	if (!mask)
		return 0;
	bpf_cpumask_populate((struct cpumask *)mask, text, unknown);
	bpf_cpumask_release(mask);
	return 0;
}
SEC("syscall") SAYS("accepted")
int mask_populated_checked_size(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();
	u32 size = unknown;
	if (!mask)
		return 0;
	if (size <= 16)
		bpf_cpumask_populate((struct cpumask *)mask, text, size);
	bpf_cpumask_release(mask);
	return 0;
}
SEC("tc") SAYS("accepted")
int string_lengths(struct __sk_buff *ctx) { return bpf_strlen(text) + bpf_strnlen(text, ctx->len); }
SEC("tc") SAYS("accepted")
int string_on_stack(struct __sk_buff *ctx)
{
	char own[8] = "abc";
	return bpf_strcmp(own, text);
}
SEC("tc") SAYS("accepted")
int string_is_integer(struct __sk_buff *ctx) { return bpf_strlen((char *)(long)ctx->len); }
SEC("tc") SAYS("accepted")
int string_is_context(struct __sk_buff *ctx) { return bpf_strlen((char *)ctx); }
SEC("tc") SAYS("accepted")
int string_is_null(struct __sk_buff *ctx) { return bpf_strlen(0); }
SEC("tc") SAYS("accepted")
int string_is_packet(struct __sk_buff *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end;
	return data + 4 > end ? 0 : bpf_strlen(data);
}
SEC("syscall") SAYS("accepted")
int user_string(void *ctx)
{
	char own[8];
	return bpf_copy_from_user_str(own, sizeof(own), (void *)0x1000, 0);
}
SEC("syscall") SAYS("arg#0 arg#1 memory, len pair leads to invalid memory access")
int user_string_beyond(void *ctx)
{
	char own[8];
	return bpf_copy_from_user_str(own, 9, (void *)0x1000, 0);
}
SEC("syscall") SAYS("kernel func bpf_copy_from_user_str is sleepable within rcu_read_lock region")
int user_string_under_rcu(void *ctx)
{
	char own[8];
	bpf_rcu_read_lock();
	bpf_copy_from_user_str(own, 8, (void *)0x1000, 0);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("program must be sleepable to call sleepable kfunc bpf_copy_from_user_str")
int user_string_where_not_sleepable(void *ctx)
{
	char own[8];
	return bpf_copy_from_user_str(own, 8, (void *)0x1000, 0);
}
SEC("tc") SAYS("accepted")
int cast_to_task(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_rdonly_cast((void *)(long)ctx->len,
						   __builtin_btf_type_id(*(struct task_struct *)0, 1));
	return task->pid;
}
SEC("tc") SAYS("R1 must be a rcu pointer")
int cast_is_not_trusted(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_rdonly_cast((void *)(long)ctx->len,
						   __builtin_btf_type_id(*(struct task_struct *)0, 1));
	bpf_task_acquire(task);
	return 0;
}
SEC("tc") SAYS("accepted")
int cast_to_memory(struct __sk_buff *ctx)
{
	u64 *words = bpf_rdonly_cast((void *)(long)ctx->len, 0);
	return words[5] > 3;
}
SEC("tc") SAYS("R0 cannot write into rdonly_untrusted_mem")
int cast_to_memory_written(struct __sk_buff *ctx)
{
	u64 *words = bpf_rdonly_cast((void *)(long)ctx->len, 0);
	words[5] = 3;
	return 0;
}
SEC("tc") SAYS("R2 must be a known constant")
int cast_to_unknown(struct __sk_buff *ctx) { return bpf_rdonly_cast(ctx, ctx->len) != 0; }
SEC("tc") SAYS("kfunc bpf_rdonly_cast type ID argument must be of a struct or void")
int cast_to_no_struct(struct __sk_buff *ctx) { return bpf_rdonly_cast(ctx, 1) != 0; }
struct sk_buff {
	unsigned int len;
} __attribute__((preserve_access_index));
SEC("tc") SAYS("accepted")
int context_cast(struct __sk_buff *ctx)
{
	struct sk_buff *skb = bpf_cast_to_kern_ctx(ctx);
	return skb->len > 5;
}
SEC("tc") SAYS("arg#0 expected pointer to ctx, but got map_value")
int context_cast_of_other(struct __sk_buff *ctx) { return bpf_cast_to_kern_ctx(text) != 0; }
SEC("tc") SAYS("accepted")
int map_elements(struct __sk_buff *ctx) { return bpf_map_sum_elem_count((void *)&table); }
SEC("tc") SAYS("arg#0 pointer type STRUCT bpf_map must point to scalar, or struct with scalar")
int map_is_memory(struct __sk_buff *ctx) { return bpf_map_sum_elem_count((void *)text); }
SEC("tc") SAYS("invalid func unknown#2002000013")
int name_unknown(struct __sk_buff *ctx) { return bpf_not_in_any_kernel(5); }
SEC("tc") SAYS("accepted")
int name_unknown_guarded(struct __sk_buff *ctx)
{
	return bpf_not_in_any_kernel ? bpf_not_in_any_kernel(5) : 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int signal_sent(void *ctx) { return bpf_send_signal_task(bpf_get_current_task_btf(), 10, 1, 0); }
