// SPDX-License-Identifier: Apache-2.0
// Kernel pointers in map values: exchange, reading, per-CPU objects.
#include "rules.h"

extern void *bpf_percpu_obj_new_impl(u64 type, void *meta) __ksym;
extern void bpf_percpu_obj_drop_impl(void *object, void *meta) __ksym;
#define bpf_percpu_obj_new(type) \
	((type kptr_percpu *)bpf_percpu_obj_new_impl(__builtin_btf_type_id(*(type *)0, 0), 0))

struct cpumask {
	unsigned long bits[1];
};
struct bpf_cpumask {
	struct cpumask cpumask;
};
extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym;
extern u32 bpf_cpumask_first(const struct cpumask *mask) __ksym;

struct own {
	u64 a;
	u64 b;
};
struct with_pointer {
	struct own *next;
};
struct holder {
	u64 plain;
	struct task_struct kptr_ref *task;
	struct task_struct kptr_unref *seen;
	struct own kptr_ref *object;
	struct cgroup kptr_ref *cgroup;
	struct bpf_cpumask kptr_ref *mask;
};
struct per_cpu_holder {
	struct own kptr_percpu *object;
};
MAP(values, BPF_MAP_TYPE_ARRAY, 4, u32, struct holder);
MAP(hash, BPF_MAP_TYPE_HASH, 4, u32, struct holder);
MAP(per_cpu, BPF_MAP_TYPE_ARRAY, 4, u32, struct per_cpu_holder);

#define HOLDER(name) \
	u32 key = 0; \
	struct holder *name = bpf_map_lookup_elem(&values, &key); \
	if (!name) \
		return 0

SEC("syscall") SAYS("accepted")
int exchanged_for_null(void *ctx)
{
	HOLDER(v);
	struct task_struct *old = bpf_kptr_xchg(&v->task, 0);
	if (old)
		bpf_task_release(old);
	return 0;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int exchange_leaks(void *ctx)
{
	HOLDER(v);
	bpf_kptr_xchg(&v->task, 0);
	return 0;
}
SEC("syscall") SAYS("accepted")
int stored(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	task = bpf_kptr_xchg(&v->task, task);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("R7 invalid mem access 'scalar'")
int stored_then_used(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = bpf_task_from_pid(1), *old;
	if (!task)
		return 0;
	old = bpf_kptr_xchg(&v->task, task);
	if (old)
		bpf_task_release(old);
	return task->pid;
}
SEC("syscall") SAYS("arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar")
int stored_then_released(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = bpf_task_from_pid(1), *old;
	if (!task)
		return 0;
	old = bpf_kptr_xchg(&v->task, task);
	if (old)
		bpf_task_release(old);
	bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("Possibly NULL pointer passed to helper arg2")
int stored_unchecked(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = bpf_kptr_xchg(&v->task, bpf_task_from_pid(1));
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("R2 must be referenced when passed to release function")
int stored_not_owned(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = bpf_kptr_xchg(&v->task, bpf_get_current_task_btf());
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("invalid kptr access, R2 type=ptr_cgroup expected=ptr_task_struct")
int stored_wrong_type(void *ctx)
{
	HOLDER(v);
	struct cgroup *cgroup = bpf_cgroup_from_id(1);
	if (!cgroup)
		return 0;
	cgroup = bpf_kptr_xchg(&v->task, cgroup);
	if (cgroup)
		bpf_cgroup_release(cgroup);
	return 0;
}
SEC("syscall") SAYS("store to referenced kptr disallowed")
int stored_by_assignment(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	v->task = task;
	bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("off=0 doesn't point to kptr")
int plain_field_exchanged(void *ctx)
{
	HOLDER(v);
	return bpf_kptr_xchg(&v->plain, 0) != 0;
}
SEC("syscall") SAYS("off=16 kptr isn't referenced kptr")
int unreferenced_field_exchanged(void *ctx)
{
	HOLDER(v);
	return bpf_kptr_xchg(&v->seen, 0) != 0;
}
SEC("syscall") SAYS("R1 doesn't have constant offset. kptr has to be at the constant offset")
int unknown_offset_exchanged(void *ctx)
{
	HOLDER(v);
	u64 at = bpf_get_prandom_u32() & 8;
	struct task_struct *old = bpf_kptr_xchg((void *)v + at, 0);
	if (old)
		bpf_task_release(old);
	return 0;
}
SEC("syscall") SAYS("accepted")
int unreferenced_stored(void *ctx)
{
	HOLDER(v);
	v->seen = bpf_get_current_task_btf();
	return 0;
}
SEC("syscall") SAYS("accepted")
int unreferenced_stored_null(void *ctx)
{
	HOLDER(v);
	v->seen = 0;
	return 0;
}
SEC("syscall") SAYS("invalid kptr access, R1 type=scalar expected=ptr_task_struct or untrusted_ptr_task_struct")
int unreferenced_stored_number(void *ctx)
{
	HOLDER(v);
	*(volatile u64 *)&v->seen = 5;
	return 0;
}
SEC("syscall") SAYS("kptr access size must be BPF_DW")
int unreferenced_stored_part(void *ctx)
{
	HOLDER(v);
	*(volatile u32 *)&v->seen = 0;
	return 0;
}
SEC("syscall") SAYS("accepted")
int unreferenced_read(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = v->seen;
	return task ? task->pid : 0;
}
SEC("syscall") SAYS("R1 invalid mem access 'untrusted_ptr_or_null_'")
int unreferenced_unchecked(void *ctx)
{
	HOLDER(v);
	return v->seen->pid;
}
SEC("syscall") SAYS("R1 must be a rcu pointer")
int unreferenced_acquired(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = v->seen;
	if (task)
		task = bpf_task_acquire(task);
	if (task)
		bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("accepted")
int referenced_read(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = v->task;
	return task ? task->pid : 0;
}
SEC("syscall") SAYS("accepted")
int referenced_acquired_under_rcu(void *ctx)
{
	HOLDER(v);
	struct task_struct *task;
	bpf_rcu_read_lock();
	task = v->task;
	if (task) {
		task = bpf_task_acquire(task);
		if (task)
			bpf_task_release(task);
	}
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("R1 must be a rcu pointer")
int referenced_acquired_without_rcu(void *ctx)
{
	HOLDER(v);
	struct task_struct *task = v->task;
	if (task) {
		task = bpf_task_acquire(task);
		if (task)
			bpf_task_release(task);
	}
	return 0;
}
SEC("syscall") SAYS("R1 must be a rcu pointer")
int referenced_kept_after_rcu(void *ctx)
{
	HOLDER(v);
	struct task_struct *task;
	bpf_rcu_read_lock();
	task = v->task;
	bpf_rcu_read_unlock();
	if (task) {
		task = bpf_task_acquire(task);
		if (task)
			bpf_task_release(task);
	}
	return 0;
}
SEC("tc") SAYS("calling kernel function bpf_cpumask_first is not allowed")
int mask_read_where_rcu_holds(struct __sk_buff *ctx)
{
	HOLDER(v);
	struct bpf_cpumask *mask = v->mask;
	return mask ? bpf_cpumask_first((const struct cpumask *)mask) : 0;
}
SEC("syscall") SAYS("accepted")
int mask_stored(void *ctx)
{
	HOLDER(v);
	struct bpf_cpumask *mask = bpf_cpumask_create();
	if (!mask)
		return 0;
	mask = bpf_kptr_xchg(&v->mask, mask);
	if (mask)
		bpf_cpumask_release(mask);
	return 0;
}
SEC("syscall") SAYS("accepted")
int object_stored(void *ctx)
{
	HOLDER(v);
	struct own *object = bpf_obj_new(struct own);
	if (!object)
		return 0;
	object->a = 5;
	object = bpf_kptr_xchg(&v->object, object);
	if (object)
		bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("accepted")
int object_read_in_place(void *ctx)
{
	HOLDER(v);
	struct own *object = v->object;
	return object ? object->a > 5 : 0;
}
SEC("syscall") SAYS("accepted")
int object_read_under_rcu(void *ctx)
{
	HOLDER(v);
	struct own *object;
	int big = 0;
	bpf_rcu_read_lock();
	object = v->object;
	if (object)
		big = object->a > 5;
	bpf_rcu_read_unlock();
	return big;
}
SEC("syscall") SAYS("accepted")
int object_written_under_rcu(void *ctx)
{
	HOLDER(v);
	struct own *object;
	bpf_rcu_read_lock();
	object = v->object;
	if (object)
		object->a = 5;
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("R1 must be referenced or trusted")
int object_dropped_in_place(void *ctx)
{
	HOLDER(v);
	struct own *object = v->object;
	if (object)
		bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int object_leaks(void *ctx) { return bpf_obj_new(struct own) != 0; }
SEC("syscall") SAYS("R0 invalid mem access 'ptr_or_null_'")
int object_unchecked(void *ctx)
{
	struct own *object = bpf_obj_new(struct own);
	object->a = 1;
	bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("access beyond struct own at off 16 size 8")
int object_beyond(void *ctx)
{
	struct own *object = bpf_obj_new(struct own);
	if (!object)
		return 0;
	((volatile u64 *)object)[2] = 1;
	bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("R1 must be referenced or trusted")
int object_dropped_twice(void *ctx)
{
	struct own *object = bpf_obj_new(struct own);
	if (!object)
		return 0;
	bpf_obj_drop(object);
	bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("R6 invalid mem access 'scalar'")
int object_used_after_drop(void *ctx)
{
	struct own *object = bpf_obj_new(struct own);
	if (!object)
		return 0;
	bpf_obj_drop(object);
	return object->a > 4;
}
SEC("syscall") SAYS("R1 must have zero offset when passed to release func or trusted arg to kfunc")
int object_dropped_inside(void *ctx)
{
	struct own *object = bpf_obj_new(struct own);
	if (!object)
		return 0;
	bpf_obj_drop((void *)object + 8);
	return 0;
}
SEC("syscall") SAYS("accepted")
int object_with_pointer(void *ctx)
{
	struct with_pointer *object = bpf_obj_new(struct with_pointer);
	if (!object)
		return 0;
	bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct")
int object_of_kernel_type(void *ctx)
{
	void *object = bpf_obj_new_impl(__builtin_btf_type_id(*(struct task_struct *)0, 1), 0);
	if (object)
		bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("R1 must be a known constant")
int object_of_unknown_type(void *ctx)
{
	void *object = bpf_obj_new_impl(bpf_get_prandom_u32(), 0);
	if (object)
		bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("R1 type=ptr_ expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_")
int object_given_to_helper(void *ctx)
{
	struct own *object = bpf_obj_new(struct own);
	u32 key = 0;
	if (!object)
		return 0;
	bpf_get_current_comm(object, sizeof(*object));
	bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("arg#0 expected pointer to allocated object")
int task_dropped(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (task)
		bpf_obj_drop(task);
	return 0;
}
SEC("syscall") SAYS("accepted")
int per_cpu_stored(void *ctx)
{
	u32 key = 0;
	struct per_cpu_holder *v = bpf_map_lookup_elem(&per_cpu, &key);
	struct own kptr_percpu *object;
	if (!v)
		return 0;
	object = bpf_percpu_obj_new(struct own);
	if (!object)
		return 0;
	object = bpf_kptr_xchg(&v->object, object);
	if (object)
		bpf_percpu_obj_drop_impl((void *)object, 0);
	return 0;
}
SEC("syscall") SAYS("arg#0 expected for bpf_percpu_obj_drop_impl()")
int per_cpu_dropped_as_plain(void *ctx)
{
	void *object = (void *)bpf_percpu_obj_new(struct own);
	if (object)
		bpf_obj_drop(object);
	return 0;
}
SEC("syscall") SAYS("R1 is ptr_own access percpu memory: off=0")
int per_cpu_read_directly(void *ctx)
{
	struct own *object = (void *)bpf_percpu_obj_new(struct own);
	int big = 0;
	if (object) {
		big = object->a > 1;
		bpf_percpu_obj_drop_impl(object, 0);
	}
	return big;
}
SEC("syscall") SAYS("accepted")
int per_cpu_this(void *ctx)
{
	u32 key = 0;
	struct per_cpu_holder *v = bpf_map_lookup_elem(&per_cpu, &key);
	struct own kptr_percpu *object;
	struct own *mine;
	int big = 0;
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	object = v->object;
	if (object) {
		mine = bpf_this_cpu_ptr((void *)object);
		mine->a = 5;
		big = mine->b > 1;
	}
	bpf_rcu_read_unlock();
	return big;
}
SEC("syscall") SAYS("accepted")
int per_cpu_other(void *ctx)
{
	u32 key = 0;
	struct per_cpu_holder *v = bpf_map_lookup_elem(&per_cpu, &key);
	struct own kptr_percpu *object;
	struct own *mine;
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	object = v->object;
	if (object) {
		mine = bpf_per_cpu_ptr((void *)object, 0);
		mine->a = 5;
	}
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("accepted")
int value_overwritten(void *ctx)
{
	struct holder fresh = {};
	u32 key = 0;
	return bpf_map_update_elem(&values, &key, &fresh, 0);
}
SEC("syscall") SAYS("kptr cannot be accessed indirectly by helper")
int value_given_as_memory(void *ctx)
{
	HOLDER(v);
	return bpf_get_current_comm(v, sizeof(*v));
}
SEC("syscall") SAYS("accepted")
int value_plain_part_as_memory(void *ctx)
{
	HOLDER(v);
	return bpf_get_current_comm(&v->plain, sizeof(v->plain));
}
