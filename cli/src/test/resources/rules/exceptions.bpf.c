// SPDX-License-Identifier: Apache-2.0
// bpf_throw: what may be held when it is called, and who catches it.
#include "rules.h"

extern void bpf_throw(u64 cookie) __ksym;
private(a) struct bpf_spin_lock lock;
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

global int catches(u64 cookie) { return cookie > 5; }
global int catches_big(u64 cookie) { return 64; }
global int catches_and_throws(u64 cookie) { bpf_throw(cookie); return 0; }
global int catches_two(u64 cookie, u64 more) { return more > cookie; }
subprogram int throws_if(u32 x)
{
	if (x > 3)
		bpf_throw(x);
	return x;
}
global int throws_global(u32 x)
{
	if (x > 3)
		bpf_throw(x);
	return x;
}
subprogram int callback(u32 i, void *data)
{
	if (i == 3)
		bpf_throw(i);
	return 0;
}

SEC("tc") SAYS("accepted")
int throws_zero(struct __sk_buff *ctx) { bpf_throw(0); return 0; }
SEC("tc") SAYS("accepted")
int throws_in_subprogram(struct __sk_buff *ctx) { return throws_if(ctx->len) > 1; }
SEC("tc") SAYS("accepted")
int throws_in_global(struct __sk_buff *ctx) { return throws_global(ctx->len) > 1; }
SEC("tc") SAYS("bpf_throw kfunc (insn 13) cannot be called from callback subprog 1")
int throws_in_callback(struct __sk_buff *ctx) { return bpf_loop(5, callback, 0, 0) > 1; }
SEC("tc") exception_callback(catches) SAYS("accepted")
int caught(struct __sk_buff *ctx) { return throws_if(ctx->len) > 1; }
SEC("tc") exception_callback(catches) SAYS("accepted")
int caught_not_thrown(struct __sk_buff *ctx) { return 0; }
SEC("tc") exception_callback(catches_and_throws) SAYS("bpf_throw kfunc (insn 13) cannot be called from callback subprog 2")
int caught_by_thrower(struct __sk_buff *ctx) { return throws_if(ctx->len) > 1; }
SEC("tc") exception_callback(catches_two) SAYS("exception cb only supports single integer argument")
int caught_by_two_arguments(struct __sk_buff *ctx) { return throws_if(ctx->len) > 1; }
SEC("tc") exception_callback(catches) exception_callback(catches_big) SAYS("multiple exception callback tags for main subprog")
int caught_by_both(struct __sk_buff *ctx) { return throws_if(ctx->len) > 1; }
SEC("tc") exception_callback(catches) SAYS("insn 4 cannot call exception cb directly")
int catcher_called(struct __sk_buff *ctx) { return throws_if(ctx->len) + catches(3) > 1; }
SEC("cgroup_skb/egress") SAYS("At program exit the register R1 has smin=64 smax=64 should have been in [0, 3]")
int throws_out_of_range(struct __sk_buff *ctx) { bpf_throw(64); return 0; }
SEC("cgroup_skb/egress") SAYS("accepted")
int throws_in_range(struct __sk_buff *ctx) { bpf_throw(1); return 0; }
SEC("cgroup_skb/egress") exception_callback(catches_big) SAYS("At program exit the register R0 has smin=64 smax=64 should have been in [0, 3]")
int caught_out_of_range(struct __sk_buff *ctx) { bpf_throw(1); return 0; }
SEC("cgroup_skb/egress") exception_callback(catches) SAYS("accepted")
int caught_in_range(struct __sk_buff *ctx) { bpf_throw(64); return 0; }
SEC("cgroup_skb/egress") SAYS("At program exit the register R1 has smin=0 smax=4294967295 should have been in [0, 3]")
int throws_unknown(struct __sk_buff *ctx) { bpf_throw(ctx->len); return 0; }
SEC("syscall") SAYS("bpf_throw would lead to reference leak")
int throws_with_reference(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	if (task->pid > 4)
		bpf_throw(1);
	bpf_task_release(task);
	return 0;
}
SEC("syscall") SAYS("bpf_throw would lead to reference leak")
int throws_in_subprogram_with_reference(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	int got;
	if (!task)
		return 0;
	got = throws_if(task->pid);
	bpf_task_release(task);
	return got;
}
SEC("syscall") SAYS("accepted")
int throws_in_global_with_reference(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	int got;
	if (!task)
		return 0;
	got = throws_global(task->pid);
	bpf_task_release(task);
	return got;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int throws_with_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock);
	bpf_throw(1);
	return 0;
}
SEC("syscall") SAYS("bpf_throw cannot be used inside bpf_rcu_read_lock-ed region")
int throws_in_rcu(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_throw(1);
	return 0;
}
SEC("tc") SAYS("bpf_throw cannot be used inside bpf_preempt_disable-ed region")
int throws_without_preemption(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_throw(1);
	return 0;
}
SEC("tc") SAYS("bpf_throw cannot be used inside bpf_local_irq_save-ed region")
int throws_without_interrupts(struct __sk_buff *ctx)
{
	unsigned long flags;
	bpf_local_irq_save(&flags);
	bpf_throw(1);
	return 0;
}
SEC("tc") SAYS("bpf_throw would lead to reference leak")
int throws_with_reservation(struct __sk_buff *ctx)
{
	u64 *slot = bpf_ringbuf_reserve(&ring, 8, 0);
	if (!slot)
		return 0;
	if (ctx->len > 5)
		bpf_throw(1);
	bpf_ringbuf_submit(slot, 0);
	return 0;
}
SEC("tc") SAYS("R1 is not a scalar")
int throws_context(struct __sk_buff *ctx) { bpf_throw((u64)ctx); return 0; }
SEC("tc") SAYS("R1 is not a scalar")
int throws_stack(struct __sk_buff *ctx)
{
	u64 own = 1;
	bpf_throw((u64)&own);
	return 0;
}
subprogram int throws_later(u32 i, void *data) { return throws_if(i) > 5; }
SEC("tc") SAYS("bpf_throw kfunc (insn 20) cannot be called from callback subprog 2")
int throws_below_callback(struct __sk_buff *ctx) { return bpf_loop(5, throws_later, 0, 0) > 1; }
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} programs SEC(".maps");
struct timed {
	struct bpf_timer timer;
};
MAP(timers, BPF_MAP_TYPE_ARRAY, 2, u32, struct timed);
subprogram int expires(void *map, u32 *key, struct timed *timed) { return throws_if(*key); }
SEC("tc") SAYS("At async callback return the register R1 has smin=4 smax=4294967295 should have been in [0, 0]")
int throws_in_timer(struct __sk_buff *ctx)
{
	u32 key = 0;
	struct timed *timed = bpf_map_lookup_elem(&timers, &key);
	if (timed)
		bpf_timer_set_callback(&timed->timer, expires);
	return 0;
}
