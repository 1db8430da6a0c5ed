// SPDX-License-Identifier: Apache-2.0
// Tail calls: from where, with what held, and with how much stack.
#include "rules.h"

extern void bpf_throw(u64 cookie) __ksym;
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} programs SEC(".maps");
MAP(numbers, BPF_MAP_TYPE_ARRAY, 8, u32, u64);
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
private(a) struct bpf_spin_lock lock;

subprogram int jumps(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return 1;
}
subprogram int jumps_big(struct __sk_buff *ctx)
{
	volatile char room[200];
	room[0] = 1;
	bpf_tail_call(ctx, &programs, 0);
	return room[0];
}
subprogram int jumps_from_middle(struct __sk_buff *ctx)
{
	volatile char room[200];
	room[0] = 1;
	return jumps_big(ctx) + room[0];
}
global int jumps_global(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return 1;
}
subprogram int in_callback(u32 i, void *data)
{
	bpf_tail_call(*(struct __sk_buff **)data, &programs, 0);
	return 0;
}
global int catches(u64 cookie) { return cookie > 5; }

SEC("tc") SAYS("accepted")
int plain(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &programs, 1);
	return 0;
}
SEC("tc") SAYS("accepted")
int index_unknown(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &programs, ctx->len);
	return 0;
}
SEC("tc") SAYS("accepted")
int index_beyond(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &programs, 100);
	return 0;
}
SEC("tc") SAYS("expected prog array map for tail call")
int other_map(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &numbers, 1);
	return 0;
}
SEC("tc") SAYS("R1 type=fp expected=ctx")
int context_is_stack(struct __sk_buff *ctx)
{
	u64 own = 0;
	bpf_tail_call(&own, &programs, 1);
	return 0;
}
SEC("tc") SAYS("dereference of modified ctx ptr R1 off=8 disallowed")
int context_moved(struct __sk_buff *ctx)
{
	bpf_tail_call((void *)ctx + 8, &programs, 1);
	return 0;
}
SEC("tc") SAYS("cannot pass map_type 3 into func bpf_map_lookup_elem#1")
int program_array_looked_up(struct __sk_buff *ctx)
{
	u32 key = 0;
	return bpf_map_lookup_elem(&programs, &key) != 0;
}
SEC("tc") SAYS("cannot pass map_type 3 into func bpf_map_update_elem#2")
int program_array_updated(struct __sk_buff *ctx)
{
	u32 key = 0;
	return bpf_map_update_elem(&programs, &key, &key, 0);
}
SEC("tc") SAYS("accepted")
int from_subprogram(struct __sk_buff *ctx) { return jumps(ctx) + 1; }
SEC("tc") SAYS("accepted")
int from_global(struct __sk_buff *ctx) { return jumps_global(ctx) + 1; }
SEC("tc") SAYS("accepted")
int from_subprogram_with_stack(struct __sk_buff *ctx)
{
	volatile char room[200];
	room[0] = 1;
	return jumps_big(ctx) + room[0];
}
SEC("tc") SAYS("accepted")
int from_subprogram_with_much_stack(struct __sk_buff *ctx)
{
	volatile char room[256];
	room[0] = 1;
	return jumps_big(ctx) + room[0];
}
SEC("tc") SAYS("accepted")
int from_deep_subprogram(struct __sk_buff *ctx)
{
	volatile char room[64];
	room[0] = 1;
	return jumps_from_middle(ctx) + room[0];
}
SEC("tc") SAYS("verifier bug: callback unexpected regs 1")
int from_callback(struct __sk_buff *ctx)
{
	void *data = ctx;
	return bpf_loop(2, in_callback, &data, 0);
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int with_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock);
	bpf_tail_call(ctx, &programs, 1);
	bpf_spin_unlock(&lock);
	return 0;
}
SEC("tc") SAYS("tail_call would lead to reference leak")
int with_reference(struct __sk_buff *ctx)
{
	u64 *slot = bpf_ringbuf_reserve(&ring, 8, 0);
	if (!slot)
		return 0;
	bpf_tail_call(ctx, &programs, 1);
	bpf_ringbuf_submit(slot, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int with_caller_reference(struct __sk_buff *ctx)
{
	u64 *slot = bpf_ringbuf_reserve(&ring, 8, 0);
	if (!slot)
		return 0;
	jumps(ctx);
	bpf_ringbuf_submit(slot, 0);
	return 0;
}
SEC("tc") SAYS("tail_call cannot be used inside bpf_rcu_read_lock-ed region")
int in_rcu(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_tail_call(ctx, &programs, 1);
	bpf_rcu_read_unlock();
	return 0;
}
SEC("tc") SAYS("tail_call cannot be used inside bpf_preempt_disable-ed region")
int without_preemption(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_tail_call(ctx, &programs, 1);
	bpf_preempt_enable();
	return 0;
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int packet_after_call(struct __sk_buff *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end;
	if (data + 1 > end)
		return 0;
	jumps(ctx);
	return data[0];
}
SEC("tc") SAYS("accepted")
int result_after_call(struct __sk_buff *ctx)
{
	volatile char bytes[8] = {};
	u32 got = jumps(ctx);
	return bytes[got];
}
SEC("tc") SAYS("accepted")
int stack_after_call(struct __sk_buff *ctx)
{
	volatile u64 own = 5;
	jumps(ctx);
	return own == 5;
}
SEC("tc") SAYS("accepted")
int with_exception(struct __sk_buff *ctx)
{
	if (ctx->len > 5)
		bpf_throw(1);
	bpf_tail_call(ctx, &programs, 1);
	return 0;
}
SEC("raw_tp/sys_enter") SAYS("accepted")
int ends_private_stack(void *ctx)
{
	volatile char room[250];
	room[0] = 1;
	jumps((void *)ctx);
	return room[0];
}
