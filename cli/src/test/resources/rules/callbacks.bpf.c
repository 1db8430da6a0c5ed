// SPDX-License-Identifier: Apache-2.0
// Callbacks of helpers: what they may return, whose stack they may touch, what is known afterwards.
#include "rules.h"

MAP(numbers, BPF_MAP_TYPE_ARRAY, 8, u32, u64);
MAP(table, BPF_MAP_TYPE_HASH, 8, u32, u64);
struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} submissions SEC(".maps");

struct frame {
	u64 sum;
	u64 limit;
	u64 *place;
};

subprogram int adds(u32 i, void *data)
{
	struct frame *frame = data;
	frame->sum += i;
	return 0;
}
subprogram int stops(u32 i, void *data) { return i == 3; }
subprogram int returns_two(u32 i, void *data) { return 2; }
subprogram int returns_random(u32 i, void *data) { return bpf_get_prandom_u32(); }
subprogram int nothing(u32 i, void *data) { return 0; }
subprogram int beyond(u32 i, void *data)
{
	*(volatile u64 *)(data + 24) = 1;
	return 0;
}
subprogram int indexes(u32 i, void *data)
{
	char *bytes = data;
	bytes[i] = 1;
	return 0;
}
subprogram int indexes_checked(u32 i, void *data)
{
	volatile char *bytes = data;
	if (i < 16)
		bytes[i] = 1;
	return 0;
}
subprogram int nests(u32 i, void *data)
{
	bpf_loop(3, adds, data, 0);
	return 0;
}
subprogram int nests_deeper(u32 i, void *data)
{
	bpf_loop(2, nests, data, 0);
	return 0;
}
subprogram int keeps_reference(u32 i, void *data)
{
	struct task_struct *task = bpf_task_from_pid(i);
	if (task)
		*(struct task_struct **)data = task;
	return 0;
}
subprogram int releases_each(u32 i, void *data)
{
	struct task_struct *task = bpf_task_from_pid(i);
	if (task)
		bpf_task_release(task);
	return 0;
}
subprogram int releases_outer(u32 i, void *data)
{
	bpf_task_release(*(struct task_struct **)data);
	return 0;
}
subprogram int writes_map(u32 i, void *data)
{
	u64 *value = data;
	*value = i;
	return 0;
}
subprogram int grows_index(u32 i, void *data)
{
	struct frame *frame = data;
	frame->limit++;
	return 0;
}
subprogram int leaks_stack_address(u32 i, void *data)
{
	u64 own = i;
	*(u64 **)data = &own;
	return 0;
}
subprogram int locks_rcu(u32 i, void *data)
{
	bpf_rcu_read_lock();
	return 0;
}

SEC("tc") SAYS("accepted")
int loop_sums(struct __sk_buff *ctx)
{
	struct frame frame = {};
	bpf_loop(10, adds, &frame, 0);
	return frame.sum > 100 ? 1 : 0;
}
SEC("tc") SAYS("accepted")
int loop_stops_early(struct __sk_buff *ctx) { return bpf_loop(10, stops, 0, 0) > 4; }
SEC("tc") SAYS("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]")
int loop_returns_two(struct __sk_buff *ctx) { return bpf_loop(10, returns_two, 0, 0); }
SEC("tc") SAYS("At callback return the register R0 has unknown scalar value should have been in [0, 1]")
int loop_returns_any(struct __sk_buff *ctx) { return bpf_loop(10, returns_random, 0, 0); }
SEC("tc") SAYS("accepted")
int loop_flags_set(struct __sk_buff *ctx) { return bpf_loop(10, nothing, 0, 1); }
SEC("tc") SAYS("accepted")
int loop_unknown_count(struct __sk_buff *ctx) { return bpf_loop(ctx->len, nothing, 0, 0) > 5; }
SEC("tc") SAYS("accepted")
int loop_no_rounds(struct __sk_buff *ctx)
{
	struct frame frame = {};
	bpf_loop(0, adds, &frame, 0);
	return frame.sum > 0;
}
SEC("tc") SAYS("invalid write to stack R2 off=0 size=8")
int loop_writes_beyond(struct __sk_buff *ctx)
{
	struct frame frame = {};
	bpf_loop(10, beyond, &frame, 0);
	return 0;
}
SEC("tc") SAYS("invalid unbounded variable-offset write to stack R2")
int loop_index_unchecked(struct __sk_buff *ctx)
{
	char bytes[16] = {};
	bpf_loop(10, indexes, bytes, 0);
	return bytes[2];
}
SEC("tc") SAYS("accepted")
int loop_index_checked(struct __sk_buff *ctx)
{
	char bytes[16] = {};
	bpf_loop(16, indexes_checked, bytes, 0);
	return bytes[2] != 0;
}
SEC("tc") SAYS("accepted")
int loop_nested(struct __sk_buff *ctx)
{
	struct frame frame = {};
	bpf_loop(3, nests_deeper, &frame, 0);
	return frame.sum > 5;
}
SEC("tc") SAYS("accepted")
int loop_uninitialised_stack(struct __sk_buff *ctx)
{
	struct frame frame;
	frame.limit = 3;
	bpf_loop(3, adds, &frame, 0);
	return frame.limit == 3;
}
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int loop_leaks_reference(void *ctx)
{
	struct task_struct *task = 0;
	bpf_loop(3, keeps_reference, &task, 0);
	return 0;
}
SEC("syscall") SAYS("accepted")
int loop_releases_own(void *ctx) { return bpf_loop(3, releases_each, 0, 0) == 3; }
SEC("syscall") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int loop_releases_outer(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_loop(1, releases_outer, &task, 0);
	return 0;
}
SEC("tc") SAYS("R3 type=map_value expected=fp")
int loop_writes_map_value(struct __sk_buff *ctx)
{
	u32 key = 0;
	u64 *value = bpf_map_lookup_elem(&numbers, &key);
	if (!value)
		return 0;
	bpf_loop(3, writes_map, value, 0);
	return *value > 3;
}
SEC("tc") SAYS("R2 invalid mem access 'scalar'")
int loop_null_data_written(struct __sk_buff *ctx)
{
	bpf_loop(3, writes_map, 0, 0);
	return 0;
}
SEC("tc") SAYS("R3 type=map_value_or_null expected=fp")
int loop_maybe_null_data(struct __sk_buff *ctx)
{
	u32 key = ctx->len;
	u64 *value = bpf_map_lookup_elem(&numbers, &key);
	bpf_loop(3, writes_map, value, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int loop_index_from_frame(struct __sk_buff *ctx)
{
	char bytes[16] = {};
	struct frame frame = {};
	bpf_loop(10, grows_index, &frame, 0);
	return bytes[frame.limit];
}
SEC("tc") SAYS("accepted")
int loop_index_from_frame_checked(struct __sk_buff *ctx)
{
	volatile char bytes[16] = {};
	struct frame frame = {};
	bpf_loop(10, grows_index, &frame, 0);
	if (frame.limit >= 16)
		return 0;
	return bytes[frame.limit];
}
SEC("tc") SAYS("cannot spill pointers to stack into stack frame of the caller")
int loop_stack_address_kept(struct __sk_buff *ctx)
{
	u64 *place = 0;
	bpf_loop(3, leaks_stack_address, &place, 0);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region")
int loop_leaves_rcu(struct __sk_buff *ctx)
{
	bpf_loop(3, locks_rcu, 0, 0);
	return 0;
}
SEC("tc") SAYS("math between fp pointer and register with unbounded min value is not allowed")
int loop_result_range(struct __sk_buff *ctx)
{
	volatile char bytes[16] = {};
	long rounds = bpf_loop(10, stops, 0, 0);
	return bytes[rounds];
}

subprogram long each_reads(void *map, u32 *key, u64 *value, void *data)
{
	return *key + *value > 5;
}
subprogram long each_writes(void *map, u32 *key, u64 *value, void *data)
{
	*value = *key;
	return 0;
}
subprogram long each_writes_key(void *map, u32 *key, u64 *value, void *data)
{
	*(volatile u32 *)key = 5;
	return 0;
}
subprogram long each_reads_beyond(void *map, u32 *key, u64 *value, void *data)
{
	return ((volatile u64 *)value)[1] != 0;
}
subprogram long each_deletes(void *map, u32 *key, u64 *value, void *data)
{
	bpf_map_delete_elem(map, key);
	return 0;
}
subprogram long each_looks_up(void *map, u32 *key, u64 *value, void *data)
{
	u64 *again = bpf_map_lookup_elem(map, key);
	return *again != 0;
}
subprogram long each_context(void *map, u32 *key, u64 *value, void *data)
{
	struct __sk_buff *skb = *(struct __sk_buff **)data;
	return skb->len == *value;
}
subprogram long each_returns_three(void *map, u32 *key, u64 *value, void *data) { return 3; }

SEC("tc") SAYS("accepted")
int each_array(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&numbers, each_reads, 0, 0) > 0; }
SEC("tc") SAYS("accepted")
int each_hash(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&table, each_writes, 0, 0) > 0; }
SEC("tc") SAYS("write to change key R2 not allowed")
int each_key_written(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&table, each_writes_key, 0, 0); }
SEC("tc") SAYS("R3 min value is outside of the allowed memory range")
int each_value_beyond(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&table, each_reads_beyond, 0, 0); }
SEC("tc") SAYS("accepted")
int each_deletes_itself(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&table, each_deletes, 0, 0) > 0; }
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int each_unchecked_lookup(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&table, each_looks_up, 0, 0) > 0; }
SEC("tc") SAYS("accepted")
int each_uses_context(struct __sk_buff *ctx)
{
	void *data = ctx;
	return bpf_for_each_map_elem(&table, each_context, &data, 0) > 0;
}
SEC("tc") SAYS("At callback return the register R0 has smin=3 smax=3 should have been in [0, 1]")
int each_wrong_result(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&table, each_returns_three, 0, 0); }
SEC("tc") SAYS("callback function not allowed for map")
int each_of_ring(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&submissions, each_reads, 0, 0); }
SEC("tc") SAYS("R2 min value is outside of the allowed memory range")
int each_takes_loop_callback(struct __sk_buff *ctx) { return bpf_for_each_map_elem(&numbers, adds, 0, 0); }

subprogram long drains(struct bpf_dynptr *sample, void *data)
{
	u64 value = 0;
	bpf_dynptr_read(&value, sizeof(value), sample, 0, 0);
	*(u64 *)data += value;
	return 0;
}
subprogram long drains_writes(struct bpf_dynptr *sample, void *data)
{
	u64 value = 0;
	return bpf_dynptr_write(sample, 0, &value, sizeof(value), 0) != 0;
}
subprogram long drains_slice(struct bpf_dynptr *sample, void *data)
{
	u64 *value = bpf_dynptr_data(sample, 0, 8);
	return !value;
}
subprogram long drains_reads_raw(struct bpf_dynptr *sample, void *data)
{
	return *(volatile u64 *)sample & 1;
}
subprogram long drains_submits(struct bpf_dynptr *sample, void *data)
{
	bpf_ringbuf_submit_dynptr(sample, 0);
	return 0;
}
subprogram long drains_two(struct bpf_dynptr *sample, void *data) { return 2; }

SEC("tc") SAYS("accepted")
int drain(struct __sk_buff *ctx)
{
	u64 sum = 0;
	bpf_user_ringbuf_drain(&submissions, drains, &sum, 0);
	return sum > 10;
}
SEC("tc") SAYS("accepted")
int drain_writes(struct __sk_buff *ctx) { return bpf_user_ringbuf_drain(&submissions, drains_writes, 0, 0) > 0; }
SEC("tc") SAYS("accepted")
int drain_slice(struct __sk_buff *ctx) { return bpf_user_ringbuf_drain(&submissions, drains_slice, 0, 0) > 0; }
SEC("tc") SAYS("R1 invalid mem access 'dynptr_ptr'")
int drain_raw(struct __sk_buff *ctx) { return bpf_user_ringbuf_drain(&submissions, drains_reads_raw, 0, 0) > 0; }
SEC("tc") SAYS("cannot release unowned const bpf_dynptr")
int drain_submits(struct __sk_buff *ctx) { return bpf_user_ringbuf_drain(&submissions, drains_submits, 0, 0) > 0; }
SEC("tc") SAYS("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]")
int drain_wrong_result(struct __sk_buff *ctx) { return bpf_user_ringbuf_drain(&submissions, drains_two, 0, 0) > 0; }

struct vm_area_struct {
	unsigned long vm_start;
} __attribute__((preserve_access_index));
subprogram long sees_area(struct task_struct *task, struct vm_area_struct *area, void *data)
{
	*(u64 *)data = area->vm_start + task->pid;
	return 0;
}
subprogram long writes_area(struct task_struct *task, struct vm_area_struct *area, void *data)
{
	area->vm_start = 5;
	return 0;
}
subprogram long area_returns_two(struct task_struct *task, struct vm_area_struct *area, void *data)
{
	return 2;
}
SEC("raw_tp/sys_enter") SAYS("accepted")
int find_area(void *ctx)
{
	u64 start = 0;
	bpf_find_vma(bpf_get_current_task_btf(), 0x1000, sees_area, &start, 0);
	return start > 5;
}
SEC("raw_tp/sys_enter") SAYS("only read is supported")
int find_area_written(void *ctx)
{
	return bpf_find_vma(bpf_get_current_task_btf(), 0x1000, writes_area, 0, 0);
}
SEC("raw_tp/sys_enter") SAYS("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]")
int find_area_two(void *ctx)
{
	return bpf_find_vma(bpf_get_current_task_btf(), 0x1000, area_returns_two, 0, 0);
}
SEC("raw_tp/sys_enter") SAYS("R1 type=scalar expected=ptr_, trusted_ptr_, rcu_ptr_")
int find_area_integer_task(void *ctx)
{
	return bpf_find_vma((void *)bpf_get_current_task(), 0x1000, sees_area, 0, 0);
}
