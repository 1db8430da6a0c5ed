// SPDX-License-Identifier: Apache-2.0
// Global functions are judged on their own, by what their prototypes and tags promise.
#include "rules.h"

MAP(numbers, BPF_MAP_TYPE_ARRAY, 8, u32, u64);
struct pair {
	u64 a;
	u64 b;
};
struct with_pointer {
	u64 *p;
};

global int adds(u64 a, u32 b) { return a + b; }
global int reads_context(struct __sk_buff *skb arg_ctx) { return skb->len; }
global int reads_untagged_context(struct __sk_buff *skb) { return skb->len; }
global int reads_void_context(void *ctx arg_ctx) { return ctx != 0; }
global int reads_pair(struct pair *p)
{
	return p ? p->a > p->b : 0;
}
global int reads_pair_unchecked(struct pair *p) { return p->a > p->b; }
global int reads_pair_nonnull(struct pair *p arg_nonnull) { return p->a > p->b; }
global int reads_beyond(struct pair *p arg_nonnull) { return ((volatile u64 *)p)[2] > 1; }
global int writes_pair(struct pair *p arg_nonnull)
{
	p->a = 5;
	return 0;
}
global int takes_void(void *p) { return p != 0; }
global int takes_pointer_pointer(u64 **p) { return p != 0; }
global int returns_nothing_useful(int x) { return bpf_get_prandom_u32(); }
global void returns_void(int x) { asm volatile("" :: "r"(x)); }
global struct pair *returns_pointer(struct pair *p) { return p; }
global int divides(u32 x) { return 100 / x; }
global int indexes(u32 i)
{
	u32 key = i;
	u64 *value = bpf_map_lookup_elem(&numbers, &key);
	return value ? *value > 1 : 0;
}
global int indexes_stack(u32 i)
{
	volatile char bytes[8] = {};
	return bytes[i];
}
global int five_arguments(u64 a, u64 b, u64 c, u64 d, u64 e) { return a + b + c + d + e; }
global int takes_task(struct task_struct *task arg_trusted) { return task->pid; }
global int takes_task_or_null(struct task_struct *task arg_trusted arg_nullable) { return task ? task->pid : 0; }
global int takes_task_or_null_unchecked(struct task_struct *task arg_trusted arg_nullable) { return task->pid; }
global int acquires_task(struct task_struct *task arg_trusted)
{
	task = bpf_task_acquire(task);
	if (task)
		bpf_task_release(task);
	return 0;
}
global int takes_task_untrusted(struct task_struct *task arg_untrusted) { return task->pid; }
global int takes_untrusted_memory(u64 *p arg_untrusted) { return *p > 1; }
global int writes_untrusted_memory(u64 *p arg_untrusted)
{
	*p = 1;
	return 0;
}
global int wrong_context(struct xdp_md *ctx arg_ctx) { return ctx->data_end > 1; }
global int fails_alone(int x)
{
	return *(volatile int *)(long)x;
}
global int recurses(int x) { return x ? adds(x, 1) : 0; }
global __attribute__((weak)) int weak_one(int x)
{
	hide(x);
	return x;
}
global int changes_packet(struct __sk_buff *skb) { return bpf_skb_pull_data(skb, 0); }

SEC("tc") SAYS("accepted")
int scalars(struct __sk_buff *ctx) { return adds(ctx->len, ctx->mark); }
SEC("tc") SAYS("Caller passes invalid args into func#1 ('adds')")
int scalar_is_pointer(struct __sk_buff *ctx) { return adds((u64)ctx, 1); }
SEC("tc") SAYS("accepted")
int context(struct __sk_buff *ctx) { return reads_context(ctx) + reads_untagged_context(ctx); }
SEC("tc") SAYS("accepted")
int context_void(struct __sk_buff *ctx) { return reads_void_context(ctx); }
SEC("tc") SAYS("Caller passes invalid args into func#1 ('reads_context')")
int context_moved(struct __sk_buff *ctx) { return reads_context((void *)ctx + 4); }
SEC("tc") SAYS("Caller passes invalid args into func#1 ('reads_context')")
int context_is_stack(struct __sk_buff *ctx)
{
	struct pair own = {};
	return reads_context((void *)&own);
}
SEC("tc") SAYS("Caller passes invalid args into func#1 ('wrong_context')")
int context_of_other_type(struct __sk_buff *ctx) { return wrong_context((void *)ctx); }
SEC("tc") SAYS("accepted")
int memory(struct __sk_buff *ctx)
{
	struct pair own = {};
	return reads_pair(&own) + reads_pair(0) + reads_pair_nonnull(&own);
}
SEC("tc") SAYS("R1 invalid mem access 'mem_or_null'")
int memory_unchecked(struct __sk_buff *ctx)
{
	struct pair own = {};
	return reads_pair_unchecked(&own);
}
SEC("tc") SAYS("accepted")
int memory_null_given(struct __sk_buff *ctx) { return reads_pair_nonnull(0); }
SEC("tc") SAYS("Caller passes invalid args into func#1 ('reads_pair_nonnull')")
int memory_maybe_null_given(struct __sk_buff *ctx)
{
	u32 key = ctx->len;
	return reads_pair_nonnull((void *)bpf_map_lookup_elem(&numbers, &key));
}
SEC("tc") SAYS("R1 min value is outside of the allowed memory range")
int memory_beyond(struct __sk_buff *ctx)
{
	struct pair own = {};
	return reads_beyond(&own);
}
SEC("tc") SAYS("Caller passes invalid args into func#1 ('reads_pair_nonnull')")
int memory_too_small(struct __sk_buff *ctx)
{
	u64 own = 0;
	return reads_pair_nonnull((void *)&own);
}
SEC("tc") SAYS("accepted")
int memory_uninitialised(struct __sk_buff *ctx)
{
	struct pair own;
	return reads_pair_nonnull(&own);
}
SEC("tc") SAYS("accepted")
int memory_written(struct __sk_buff *ctx)
{
	struct pair own = {};
	writes_pair(&own);
	return own.a == 5;
}
SEC("tc") SAYS("accepted")
int memory_is_read_only(struct __sk_buff *ctx)
{
	static const volatile struct pair fixed = {1, 2};
	return writes_pair((void *)&fixed);
}
SEC("tc") SAYS("accepted")
int memory_is_packet(struct __sk_buff *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	return data + 16 > end ? 0 : reads_pair_nonnull(data);
}
SEC("tc") SAYS("Caller passes invalid args into func#1 ('takes_void')")
int memory_void(struct __sk_buff *ctx) { return takes_void(ctx); }
SEC("tc") SAYS("accepted")
int memory_pointer_pointer(struct __sk_buff *ctx)
{
	u64 *own = 0;
	return takes_pointer_pointer(&own);
}
SEC("tc") SAYS("value -2147483648 makes fp pointer be out of bounds")
int result_unknown(struct __sk_buff *ctx)
{
	volatile char bytes[8] = {};
	return bytes[returns_nothing_useful(1)];
}
SEC("tc") SAYS("Caller passes invalid args into func#1 ('returns_void')")
int result_void(struct __sk_buff *ctx)
{
	returns_void(1);
	return 0;
}
SEC("tc") SAYS("accepted")
int result_pointer(struct __sk_buff *ctx)
{
	struct pair own = {};
	return returns_pointer(&own) != 0;
}
SEC("tc") SAYS("accepted")
int divides_by_argument(struct __sk_buff *ctx) { return divides(0); }
SEC("tc") SAYS("accepted")
int looks_up_by_argument(struct __sk_buff *ctx) { return indexes(100); }
SEC("tc") SAYS("invalid unbounded variable-offset read from stack R2")
int index_known_only_to_caller(struct __sk_buff *ctx) { return indexes_stack(3); }
SEC("tc") SAYS("accepted")
int all_registers(struct __sk_buff *ctx) { return five_arguments(1, 2, 3, 4, 5); }
SEC("tc") SAYS("R1 invalid mem access 'scalar'")
int function_fails_alone(struct __sk_buff *ctx) { return fails_alone(1); }
SEC("tc") SAYS("accepted")
int function_not_reached(struct __sk_buff *ctx)
{
	u32 zero = 0;
	asm volatile("%0 = 0" : "=r"(zero));
	if (zero > 5)
		return fails_alone(1);
	return 0;
}
SEC("tc") SAYS("accepted")
int weak(struct __sk_buff *ctx) { return weak_one(1) + recurses(3); }
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int packet_gone_after_call(struct __sk_buff *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end;
	if (data + 1 > end)
		return 0;
	changes_packet(ctx);
	return data[0];
}
SEC("tc") SAYS("accepted")
int packet_stays_after_call(struct __sk_buff *ctx)
{
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end;
	if (data + 1 > end)
		return 0;
	adds(1, 2);
	return data[0];
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_trusted(void *ctx) { return takes_task(bpf_get_current_task_btf()) + acquires_task(bpf_get_current_task_btf()); }
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_nullable(void *ctx) { return takes_task_or_null(0) + takes_task_or_null(bpf_get_current_task_btf()); }
SEC("tp_btf/sys_enter") SAYS("R1 invalid mem access 'trusted_ptr_or_null_'")
int task_nullable_unchecked(void *ctx) { return takes_task_or_null_unchecked(0); }
SEC("tp_btf/sys_enter") SAYS("Caller passes invalid args into func#1 ('takes_task')")
int task_null_given(void *ctx) { return takes_task(0); }
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_walked_given(void *ctx)
{
	return takes_task(((struct task_struct *)bpf_get_current_task_btf())->real_parent);
}
SEC("tp_btf/sys_enter") SAYS("accepted")
int task_untrusted(void *ctx) { return takes_task_untrusted((void *)1) + takes_task_untrusted(bpf_get_current_task_btf()); }
SEC("tp_btf/sys_enter") SAYS("accepted")
int memory_untrusted(void *ctx) { return takes_untrusted_memory((void *)1); }
SEC("tp_btf/sys_enter") SAYS("R1 invalid mem access 'scalar'")
int memory_untrusted_written(void *ctx) { return writes_untrusted_memory((void *)1); }
