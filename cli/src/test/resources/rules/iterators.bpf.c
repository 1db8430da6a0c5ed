// SPDX-License-Identifier: Apache-2.0
// Open-coded iterators: creation, steps, destruction, and how loops over them converge.
#include "rules.h"

struct bpf_iter_num { u64 opaque[1]; } __attribute__((aligned(8)));
struct bpf_iter_task { u64 opaque[3]; } __attribute__((aligned(8)));
struct bpf_iter_css { u64 opaque[3]; } __attribute__((aligned(8)));
struct bpf_iter_bits { u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_iter_task_vma { u64 opaque[1]; } __attribute__((aligned(8)));
struct cgroup_subsys_state {
	struct cgroup *cgroup;
};
struct vm_area_struct { unsigned long vm_start; } __attribute__((preserve_access_index));

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern int bpf_iter_css_new(struct bpf_iter_css *it, struct cgroup_subsys_state *start, unsigned int flags) __ksym;
extern struct cgroup_subsys_state *bpf_iter_css_next(struct bpf_iter_css *it) __ksym;
extern void bpf_iter_css_destroy(struct bpf_iter_css *it) __ksym;
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const u64 *words, u32 count) __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __ksym;
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;

MAP(numbers, BPF_MAP_TYPE_ARRAY, 16, u32, u64);
int table[16];
u64 words[2];
u32 unknown;

SEC("tc") SAYS("accepted")
int num_sums(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i, sum = 0;
	bpf_iter_num_new(&it, 0, 10);
	while ((i = bpf_iter_num_next(&it)))
		sum += *i;
	bpf_iter_num_destroy(&it);
	return sum > 5;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int num_not_destroyed(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 10);
	return 0;
}
SEC("tc") SAYS("expected an initialized iter_num as arg #0")
int num_not_created(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	return bpf_iter_num_next(&it) != 0;
}
SEC("tc") SAYS("expected uninitialized iter_num as arg #0")
int num_created_twice(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("tc") SAYS("expected an initialized iter_num as arg #0")
int num_destroyed_twice(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("tc") SAYS("expected an initialized iter_num as arg #0")
int num_next_after_destroy(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 10);
	bpf_iter_num_destroy(&it);
	return bpf_iter_num_next(&it) != 0;
}
SEC("tc") SAYS("R0 invalid mem access 'scalar'")
int num_unchecked(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int first;
	bpf_iter_num_new(&it, 0, 10);
	first = *bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return first;
}
SEC("tc") SAYS("R0 cannot write into rdonly_mem")
int num_written_through(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i;
	bpf_iter_num_new(&it, 0, 10);
	while ((i = bpf_iter_num_next(&it)))
		*i = 1;
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("tc") SAYS("R7 invalid mem access 'scalar'")
int num_kept_after_destroy(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i;
	bpf_iter_num_new(&it, 0, 10);
	i = bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return i ? *i : 0;
}
SEC("tc") SAYS("expected an initialized iter_num as arg #0")
int num_slot_overwritten(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 10);
	*(volatile u64 *)&it = 0;
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("tc") SAYS("invalid read from stack off -8+0 size 8")
int num_slot_read(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	u64 inside;
	bpf_iter_num_new(&it, 0, 10);
	inside = *(volatile u64 *)&it;
	bpf_iter_num_destroy(&it);
	return inside & 1;
}
SEC("tc") SAYS("invalid read from stack R3 off -8+0 size 8")
int num_given_to_helper(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	u32 key = 0;
	bpf_iter_num_new(&it, 0, 10);
	bpf_map_update_elem(&numbers, &key, &it, 0);
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("tc") SAYS("arg#0 expected pointer to an iterator on stack")
int num_in_map(struct __sk_buff *ctx)
{
	bpf_iter_num_new((void *)words, 0, 10);
	return 0;
}
SEC("tc") SAYS("expected uninitialized iter_num as arg #0")
int num_unaligned(struct __sk_buff *ctx)
{
	u64 room[2];
	bpf_iter_num_new((void *)room + 4, 0, 10);
	return 0;
}
SEC("tc") SAYS("expected an initialized iter_bits as arg #0")
int num_of_wrong_kind(struct __sk_buff *ctx)
{
	struct bpf_iter_bits it;
	bpf_iter_num_new((void *)&it, 0, 10);
	bpf_iter_bits_destroy(&it);
	return 0;
}
SEC("tc") SAYS("accepted")
int num_left_early(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i, found = 0;
	bpf_iter_num_new(&it, 0, 1000000);
	while ((i = bpf_iter_num_next(&it)))
		if (*i == ctx->len) {
			found = 1;
			break;
		}
	bpf_iter_num_destroy(&it);
	return found;
}
SEC("tc") SAYS("accepted")
int num_index_checked(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i, sum = 0;
	bpf_iter_num_new(&it, 0, 16);
	while ((i = bpf_iter_num_next(&it)))
		if (*i >= 0 && *i < 16)
			sum += table[*i];
	bpf_iter_num_destroy(&it);
	return sum > 5;
}
SEC("tc") SAYS("math between map_value pointer and register with unbounded min value is not allowed")
int num_index_unchecked(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i, sum = 0;
	bpf_iter_num_new(&it, 0, 16);
	while ((i = bpf_iter_num_next(&it)))
		sum += table[*i];
	bpf_iter_num_destroy(&it);
	return sum > 5;
}
SEC("tc") SAYS("accepted")
int num_nested(struct __sk_buff *ctx)
{
	struct bpf_iter_num outer, inner;
	int *i, *j, sum = 0;
	bpf_iter_num_new(&outer, 0, 10);
	while ((i = bpf_iter_num_next(&outer))) {
		bpf_iter_num_new(&inner, 0, *i);
		while ((j = bpf_iter_num_next(&inner)))
			sum += *i * *j;
		bpf_iter_num_destroy(&inner);
	}
	bpf_iter_num_destroy(&outer);
	return sum > 5;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int num_nested_leaks(struct __sk_buff *ctx)
{
	struct bpf_iter_num outer, inner;
	int *i;
	bpf_iter_num_new(&outer, 0, 10);
	while ((i = bpf_iter_num_next(&outer)))
		bpf_iter_num_new(&inner, 0, *i);
	bpf_iter_num_destroy(&outer);
	return 0;
}
SEC("tc") SAYS("accepted")
int num_growing_offset(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	u64 place = 0;
	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it)) {
		if (place > 12)
			break;
		table[place]++;
		place++;
	}
	bpf_iter_num_destroy(&it);
	return place > 3;
}
SEC("tc") SAYS("R6 min value is outside of the allowed memory range")
int num_growing_unchecked(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	u64 place = 0;
	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it)) {
		table[place]++;
		place++;
	}
	bpf_iter_num_destroy(&it);
	return place > 3;
}
SEC("tc") SAYS("R6 min value is outside of the allowed memory range")
int num_pointer_walks(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *place = table, sum = 0;
	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it)) {
		hide(place);
		sum += *place;
		place++;
	}
	bpf_iter_num_destroy(&it);
	return sum > 3;
}
subprogram int steps(struct bpf_iter_num *it)
{
	int *i = bpf_iter_num_next(it);
	return i ? *i : -1;
}
SEC("tc") SAYS("accepted")
int num_in_subprogram(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int sum = 0, got;
	bpf_iter_num_new(&it, 0, 10);
	while ((got = steps(&it)) >= 0)
		sum += got;
	bpf_iter_num_destroy(&it);
	return sum > 3;
}
SEC("tc") SAYS("The sequence of 8193 jumps is too complex.")
int num_callback_inside(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	u64 zero = 0;
	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it)) {
		u32 key = 0;
		bpf_map_update_elem(&numbers, &key, &zero, 0);
		if (bpf_get_prandom_u32() & 1)
			continue;
		zero++;
	}
	bpf_iter_num_destroy(&it);
	return zero > 1;
}
SEC("tc") SAYS("accepted")
int num_reference_each_round(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it)) {
		struct task_struct *task = bpf_task_from_pid(1);
		if (task)
			bpf_task_release(task);
	}
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int num_reference_leaks(void *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it))
		bpf_task_from_pid(1);
	bpf_iter_num_destroy(&it);
	return 0;
}
SEC("syscall") SAYS("accepted")
int num_reference_kept_one(void *ctx)
{
	struct bpf_iter_num it;
	struct task_struct *kept = 0;
	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it)) {
		if (kept)
			bpf_task_release(kept);
		kept = bpf_task_from_pid(1);
	}
	bpf_iter_num_destroy(&it);
	if (kept)
		bpf_task_release(kept);
	return 0;
}
SEC("syscall") SAYS("accepted")
int task_under_rcu(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	int sum = 0;
	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, 0);
	while ((task = bpf_iter_task_next(&it)))
		sum += task->pid;
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return sum > 3;
}
SEC("syscall") SAYS("kernel func bpf_iter_task_new requires RCU critical section protection")
int task_without_rcu(void *ctx)
{
	struct bpf_iter_task it;
	bpf_iter_task_new(&it, 0, 0);
	bpf_iter_task_destroy(&it);
	return 0;
}
SEC("syscall") SAYS("expected an RCU CS when using bpf_iter_task_next")
int task_unlocked_between(void *ctx)
{
	struct bpf_iter_task it;
	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, 0);
	bpf_rcu_read_unlock();
	bpf_rcu_read_lock();
	bpf_iter_task_next(&it);
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("accepted")
int task_acquired(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task, *kept = 0;
	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, 0);
	while ((task = bpf_iter_task_next(&it))) {
		kept = bpf_task_acquire(task);
		if (kept)
			break;
	}
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	if (kept)
		bpf_task_release(kept);
	return 0;
}
SEC("syscall") SAYS("R1 must be a rcu pointer")
int task_used_after_unlock(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	int pid = 0;
	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, 0);
	task = bpf_iter_task_next(&it);
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	if (task && bpf_task_acquire(task))
		pid = 1;
	return pid;
}
SEC("syscall") SAYS("accepted")
int task_threads_of(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	int seen = 0;
	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, bpf_get_current_task_btf(), 1);
	while ((task = bpf_iter_task_next(&it)))
		seen = 1;
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return seen;
}
SEC("syscall") SAYS("Possibly NULL pointer passed to trusted arg1")
int css_null(void *ctx)
{
	struct bpf_iter_css it;
	bpf_rcu_read_lock();
	bpf_iter_css_new(&it, 0, 1);
	bpf_iter_css_destroy(&it);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tc") SAYS("accepted")
int bits(struct __sk_buff *ctx)
{
	struct bpf_iter_bits it;
	int *bit, sum = 0;
	bpf_iter_bits_new(&it, words, 2);
	while ((bit = bpf_iter_bits_next(&it)))
		sum += *bit;
	bpf_iter_bits_destroy(&it);
	return sum > 1;
}
SEC("tc") SAYS("accepted")
int bits_of_integer(struct __sk_buff *ctx)
{
	struct bpf_iter_bits it;
	bpf_iter_bits_new(&it, (void *)(long)ctx->len, 2);
	bpf_iter_bits_destroy(&it);
	return 0;
}
SEC("tc") SAYS("accepted")
int bits_of_short_memory(struct __sk_buff *ctx)
{
	struct bpf_iter_bits it;
	u32 word = 5;
	bpf_iter_bits_new(&it, (void *)&word, 1);
	bpf_iter_bits_destroy(&it);
	return 0;
}
SEC("raw_tp/sys_enter") SAYS("accepted")
int areas(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *area;
	u64 sum = 0;
	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while ((area = bpf_iter_task_vma_next(&it)))
		sum += area->vm_start;
	bpf_iter_task_vma_destroy(&it);
	return sum > 3;
}
