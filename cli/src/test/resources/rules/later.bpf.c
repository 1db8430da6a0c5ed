// SPDX-License-Identifier: Apache-2.0
// What runs later: timers, work queues, task work.
#include "rules.h"

struct bpf_map {
	u32 map_type;
};

extern int bpf_wq_init(struct bpf_wq *wq, void *map, unsigned int flags) __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (callback)(void *map, int *key, void *value),
				    unsigned int flags, void *aux) __ksym;
extern int bpf_task_work_schedule_signal_impl(struct task_struct *task, struct bpf_task_work *work, void *map,
					      int (callback)(struct bpf_map *map, void *key, void *value), void *aux) __ksym;

struct timed {
	u64 count;
	struct bpf_timer timer;
};
struct worked {
	u64 count;
	struct bpf_wq work;
};
struct tasked {
	u64 count;
	struct bpf_task_work work;
};
MAP(timers, BPF_MAP_TYPE_ARRAY, 4, u32, struct timed);
MAP(hash_timers, BPF_MAP_TYPE_HASH, 4, u32, struct timed);
MAP(works, BPF_MAP_TYPE_ARRAY, 4, u32, struct worked);
MAP(other_works, BPF_MAP_TYPE_ARRAY, 4, u32, struct worked);
MAP(tasks, BPF_MAP_TYPE_ARRAY, 4, u32, struct tasked);
MAP(other_tasks, BPF_MAP_TYPE_ARRAY, 4, u32, struct tasked);
MAP(numbers, BPF_MAP_TYPE_ARRAY, 4, u32, u64);

subprogram int counts(void *map, u32 *key, struct timed *value)
{
	value->count++;
	return 0;
}
subprogram int again(void *map, u32 *key, struct timed *value)
{
	bpf_timer_start(&value->timer, 1000, 0);
	return 0;
}
subprogram int returns_one(void *map, u32 *key, struct timed *value) { return 1; }
subprogram int touches_timer(void *map, u32 *key, struct timed *value)
{
	*(volatile u64 *)&value->timer = 0;
	return 0;
}
subprogram int writes_key(void *map, u32 *key, struct timed *value)
{
	*(volatile u32 *)key = 1;
	return 0;
}
subprogram int beyond(void *map, u32 *key, struct timed *value) { return ((volatile u64 *)value)[3]; }
subprogram int leaks(void *map, u32 *key, struct timed *value)
{
	bpf_task_from_pid(1);
	return 0;
}
subprogram int sleeps(void *map, u32 *key, struct timed *value)
{
	char own[8];
	bpf_copy_from_user(own, 8, (void *)0x1000);
	return 0;
}
subprogram int deep(void *map, u32 *key, struct timed *value)
{
	volatile char room[400];
	room[0] = 1;
	return room[0] - 1;
}
subprogram int cancels(void *map, u32 *key, struct timed *value)
{
	bpf_timer_cancel(&value->timer);
	return 0;
}

#define TIMED(name) \
	u32 key = 0; \
	struct timed *name = bpf_map_lookup_elem(&timers, &key); \
	if (!name) \
		return 0

SEC("tc") SAYS("accepted")
int timer(struct __sk_buff *ctx)
{
	TIMED(v);
	bpf_timer_init(&v->timer, &timers, 1);
	bpf_timer_set_callback(&v->timer, counts);
	bpf_timer_start(&v->timer, 1000, 0);
	return 0;
}
SEC("tc") SAYS("timer pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0")
int timer_of_other_map(struct __sk_buff *ctx)
{
	TIMED(v);
	bpf_timer_init(&v->timer, &hash_timers, 1);
	return 0;
}
SEC("tc") SAYS("off 0 doesn't point to 'struct bpf_timer' that is at 8")
int timer_at_wrong_offset(struct __sk_buff *ctx)
{
	TIMED(v);
	bpf_timer_init((void *)&v->count, &timers, 1);
	return 0;
}
SEC("tc") SAYS("map 'numbers' has no valid bpf_timer")
int timer_where_none_is(struct __sk_buff *ctx)
{
	u32 key = 0;
	void *v = bpf_map_lookup_elem(&numbers, &key);
	if (v)
		bpf_timer_start(v, 1, 0);
	return 0;
}
SEC("tc") SAYS("R1 type=fp expected=map_value")
int timer_on_stack(struct __sk_buff *ctx)
{
	struct bpf_timer own = {};
	bpf_timer_start(&own, 1, 0);
	return 0;
}
SEC("tc") SAYS("bpf_timer cannot be accessed directly by load/store")
int timer_read(struct __sk_buff *ctx)
{
	TIMED(v);
	return *(volatile u64 *)&v->timer & 1;
}
SEC("tc") SAYS("bpf_timer cannot be accessed directly by load/store")
int timer_part_read(struct __sk_buff *ctx)
{
	TIMED(v);
	return ((volatile u8 *)&v->timer)[9];
}
SEC("tc") SAYS("bpf_timer cannot be accessed directly by load/store")
int timer_given_as_memory(struct __sk_buff *ctx)
{
	TIMED(v);
	return bpf_map_update_elem(&numbers, &key, &v->timer, 0);
}
SEC("raw_tp/sys_enter") SAYS("tracing progs cannot use bpf_timer yet")
int timer_in_tracing(void *ctx)
{
	TIMED(v);
	bpf_timer_start(&v->timer, 1, 0);
	return 0;
}
SEC("syscall") SAYS("accepted")
int timer_in_sleepable(void *ctx)
{
	TIMED(v);
	bpf_timer_set_callback(&v->timer, counts);
	return 0;
}
SEC("tc") SAYS("accepted")
int callback_restarts(struct __sk_buff *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, again); return 0; }
SEC("tc") SAYS("At async callback return the register R0 has smin=1 smax=1 should have been in [0, 0]")
int callback_returns_one(struct __sk_buff *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, returns_one); return 0; }
SEC("tc") SAYS("bpf_timer cannot be accessed directly by load/store")
int callback_touches_timer(struct __sk_buff *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, touches_timer); return 0; }
SEC("tc") SAYS("write to change key R2 not allowed")
int callback_writes_key(struct __sk_buff *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, writes_key); return 0; }
SEC("tc") SAYS("R3 min value is outside of the allowed memory range")
int callback_reads_beyond(struct __sk_buff *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, beyond); return 0; }
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int callback_leaks(void *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, leaks); return 0; }
SEC("syscall") SAYS("helper call might sleep in a non-sleepable prog")
int callback_sleeps(void *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, sleeps); return 0; }
SEC("tc") SAYS("accepted")
int callback_cancels(struct __sk_buff *ctx) { TIMED(v); bpf_timer_set_callback(&v->timer, cancels); return 0; }
SEC("tc") SAYS("At async callback return the register R0 has smin=0 smax=4294967295 should have been in [0, 0]")
int callback_has_own_stack(struct __sk_buff *ctx)
{
	volatile char room[400];
	TIMED(v);
	room[0] = 1;
	bpf_timer_set_callback(&v->timer, deep);
	return room[0];
}
SEC("tc") SAYS("accepted")
int callback_in_rcu(struct __sk_buff *ctx)
{
	TIMED(v);
	bpf_rcu_read_lock();
	bpf_timer_set_callback(&v->timer, counts);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("syscall") SAYS("accepted")
int callback_set_with_reference(void *ctx)
{
	struct task_struct *task;
	TIMED(v);
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_timer_set_callback(&v->timer, counts);
	bpf_task_release(task);
	return 0;
}

subprogram int works_on(void *map, int *key, void *value)
{
	struct worked *worked = value;
	worked->count++;
	return 0;
}
subprogram int works_sleeping(void *map, int *key, void *value)
{
	char own[8];
	bpf_copy_from_user(own, 8, (void *)0x1000);
	return 0;
}
subprogram int works_returning(void *map, int *key, void *value) { return 7; }
subprogram int works_beyond(void *map, int *key, void *value) { return ((volatile u64 *)value)[3] & 0; }

#define WORKED(name) \
	u32 key = 0; \
	struct worked *name = bpf_map_lookup_elem(&works, &key); \
	if (!name) \
		return 0

SEC("tc") SAYS("accepted")
int work(struct __sk_buff *ctx)
{
	WORKED(v);
	bpf_wq_init(&v->work, &works, 0);
	bpf_wq_set_callback_impl(&v->work, works_on, 0, 0);
	bpf_wq_start(&v->work, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int work_sleeps(struct __sk_buff *ctx)
{
	WORKED(v);
	bpf_wq_set_callback_impl(&v->work, works_sleeping, 0, 0);
	return 0;
}
SEC("tc") SAYS("At async callback return the register R0 has smin=7 smax=7 should have been in [0, 0]")
int work_returns(struct __sk_buff *ctx)
{
	WORKED(v);
	bpf_wq_set_callback_impl(&v->work, works_returning, 0, 0);
	return 0;
}
SEC("tc") SAYS("R3 min value is outside of the allowed memory range")
int work_reads_beyond(struct __sk_buff *ctx)
{
	WORKED(v);
	bpf_wq_set_callback_impl(&v->work, works_beyond, 0, 0);
	return 0;
}
SEC("tc") SAYS("workqueue pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0")
int work_of_other_map(struct __sk_buff *ctx)
{
	WORKED(v);
	bpf_wq_init(&v->work, &other_works, 0);
	return 0;
}
SEC("tc") SAYS("off 0 doesn't point to 'struct bpf_wq' that is at 8")
int work_at_wrong_offset(struct __sk_buff *ctx)
{
	WORKED(v);
	bpf_wq_start((void *)&v->count, 0);
	return 0;
}
SEC("tc") SAYS("arg#0 doesn't point to a map value")
int work_on_stack(struct __sk_buff *ctx)
{
	struct bpf_wq own = {};
	bpf_wq_start(&own, 0);
	return 0;
}
SEC("tc") SAYS("bpf_wq cannot be accessed directly by load/store")
int work_read(struct __sk_buff *ctx)
{
	WORKED(v);
	return *(volatile u64 *)&v->work & 1;
}
SEC("tc") SAYS("map 'timers' has no valid bpf_wq")
int work_is_timer(struct __sk_buff *ctx)
{
	TIMED(v);
	bpf_wq_start((void *)&v->timer, 0);
	return 0;
}
subprogram int runs_in_task(struct bpf_map *map, void *key, void *value)
{
	struct tasked *tasked = value;
	tasked->count++;
	return 0;
}
subprogram int sleeps_in_task(struct bpf_map *map, void *key, void *value)
{
	char own[8];
	bpf_copy_from_user(own, 8, (void *)0x1000);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_work(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(bpf_get_current_task_btf(), &v->work, &tasks, runs_in_task, 0);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_work_sleeps(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(bpf_get_current_task_btf(), &v->work, &tasks, sleeps_in_task, 0);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("workqueue pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0")
int task_work_of_other_map(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(bpf_get_current_task_btf(), &v->work, &works, runs_in_task, 0);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("off 0 doesn't point to 'struct bpf_task_work' that is at 8")
int task_work_at_wrong_offset(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(bpf_get_current_task_btf(), (void *)&v->count, &tasks, runs_in_task, 0);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("Possibly NULL pointer passed to trusted arg0")
int task_work_of_null_task(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(0, &v->work, &tasks, runs_in_task, 0);
	return 0;
}
SEC("tp_btf/sys_enter") SAYS("bpf_task_work cannot be accessed directly by load/store")
int task_work_touched(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	return v ? *(volatile u64 *)&v->work & 1 : 0;
}
SEC("tp_btf/sys_enter") SAYS("bpf_task_work pointer in R2 map_uid=0 doesn't match map pointer in R3 map_uid=0")
int task_work_of_other_task_map(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(bpf_get_current_task_btf(), &v->work, &other_tasks, runs_in_task, 0);
	return 0;
}
subprogram int returns_far(struct bpf_map *map, void *key, void *value) { return bpf_get_prandom_u32(); }
SEC("tp_btf/sys_enter") SAYS("At async callback return the register R0 has unknown scalar value should have been in [-2147483648, 2147483647]")
int task_work_returns_any(void *ctx)
{
	u32 key = 0;
	struct tasked *v = bpf_map_lookup_elem(&tasks, &key);
	if (v)
		bpf_task_work_schedule_signal_impl(bpf_get_current_task_btf(), &v->work, &tasks, returns_far, 0);
	return 0;
}
