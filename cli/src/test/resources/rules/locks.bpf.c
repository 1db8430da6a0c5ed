// SPDX-License-Identifier: Apache-2.0
// bpf_spin_lock and bpf_res_spin_lock: pairs, order, what may happen while one is held.
#include "rules.h"

struct bpf_res_spin_lock {
	u32 val;
} __attribute__((aligned(4)));
extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym;
extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;
extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;

struct locked {
	struct bpf_spin_lock lock;
	u32 count;
};
struct resilient {
	struct bpf_res_spin_lock lock;
	u32 count;
};
MAP(values, BPF_MAP_TYPE_ARRAY, 4, u32, struct locked);
MAP(others, BPF_MAP_TYPE_HASH, 4, u32, struct locked);
MAP(resilients, BPF_MAP_TYPE_ARRAY, 4, u32, struct resilient);
MAP(plain, BPF_MAP_TYPE_ARRAY, 4, u32, u64);
private(a) struct bpf_spin_lock lock_a;
private(a) u64 guarded;
private(b) struct bpf_spin_lock lock_b;
private(c) struct bpf_res_spin_lock res_c;
private(e) struct bpf_res_spin_lock res_e;
private(e) struct bpf_res_spin_lock res_e2;
private(d) struct bpf_res_spin_lock res_d;

#define VALUE(map, name) \
	u32 key_##name = 0; \
	struct locked *name = bpf_map_lookup_elem(&map, &key_##name); \
	if (!name) \
		return 0

SEC("tc") SAYS("accepted")
int pair(struct __sk_buff *ctx)
{
	VALUE(values, v);
	bpf_spin_lock(&v->lock);
	v->count++;
	bpf_spin_unlock(&v->lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int global_pair(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	guarded++;
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region")
int not_unlocked(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	return 0;
}
SEC("tc") SAYS("bpf_spin_unlock without taking a lock")
int unlocked_only(struct __sk_buff *ctx)
{
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int locked_twice(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int two_at_once(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_lock(&lock_b);
	bpf_spin_unlock(&lock_b);
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("bpf_spin_unlock of different lock")
int other_unlocked(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_b);
	return 0;
}
SEC("tc") SAYS("bpf_spin_unlock of different lock")
int other_element_unlocked(struct __sk_buff *ctx)
{
	VALUE(values, v);
	VALUE(values, w);
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&w->lock);
	return 0;
}
SEC("tc") SAYS("bpf_spin_unlock of different lock")
int other_map_unlocked(struct __sk_buff *ctx)
{
	VALUE(values, v);
	VALUE(others, w);
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&w->lock);
	return 0;
}
SEC("tc") SAYS("off 4 doesn't point to 'struct bpf_spin_lock' that is at 0")
int wrong_offset(struct __sk_buff *ctx)
{
	VALUE(values, v);
	bpf_spin_lock((void *)&v->count);
	bpf_spin_unlock((void *)&v->count);
	return 0;
}
SEC("tc") SAYS("map 'plain' has no valid bpf_spin_lock")
int no_lock_in_value(struct __sk_buff *ctx)
{
	u32 key = 0;
	u64 *value = bpf_map_lookup_elem(&plain, &key);
	if (value)
		bpf_spin_lock((void *)value);
	return 0;
}
SEC("tc") SAYS("bpf_spin_lock cannot be accessed directly by load/store")
int lock_read(struct __sk_buff *ctx)
{
	VALUE(values, v);
	return *(volatile u32 *)&v->lock;
}
SEC("tc") SAYS("bpf_spin_lock cannot be accessed directly by load/store")
int lock_written(struct __sk_buff *ctx)
{
	VALUE(values, v);
	*(volatile u32 *)&v->lock = 0;
	return 0;
}
SEC("tc") SAYS("R1 type=map_value_or_null expected=map_value, ptr_")
int unchecked_value(struct __sk_buff *ctx)
{
	u32 key = ctx->len;
	struct locked *v = bpf_map_lookup_elem(&values, &key);
	bpf_spin_lock(&v->lock);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int helper_inside(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	guarded = bpf_ktime_get_ns();
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int kernel_function_inside(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_spin_unlock(&lock_a);
	return 0;
}
subprogram void counts(void) { guarded++; }
SEC("tc") SAYS("accepted")
int subprogram_inside(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	counts();
	bpf_spin_unlock(&lock_a);
	return 0;
}
global int counts_global(int by)
{
	guarded += by;
	return 0;
}
SEC("tc") SAYS("use static function instead")
int global_function_inside(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	counts_global(1);
	bpf_spin_unlock(&lock_a);
	return 0;
}
subprogram void locks(void) { bpf_spin_lock(&lock_a); }
subprogram void unlocks(void) { bpf_spin_unlock(&lock_a); }
SEC("tc") SAYS("accepted")
int by_subprograms(struct __sk_buff *ctx)
{
	locks();
	unlocks();
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region")
int left_by_subprogram(struct __sk_buff *ctx)
{
	locks();
	return 0;
}
SEC("tc") SAYS("BPF_LD_[ABS|IND] cannot be used inside bpf_spin_lock-ed region")
int packet_load_inside(struct __sk_buff *ctx)
{
	int protocol;
	bpf_spin_lock(&lock_a);
	asm volatile("r6 = %1; r0 = *(u16 *)skb[12]; %0 = r0" : "=r"(protocol) : "r"(ctx)
		     : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	bpf_spin_unlock(&lock_a);
	return protocol;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region")
int one_branch_unlocks(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	if (ctx->len > 5)
		bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("accepted")
int both_branches_unlock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	if (ctx->len > 5) {
		bpf_spin_unlock(&lock_a);
		return 1;
	}
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("accepted")
int loop_inside(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	for (int i = 0; i < 10; i++) {
		guarded += i;
		hide(i);
	}
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("raw_tp/sys_enter") SAYS("tracing progs cannot use bpf_spin_lock yet")
int in_tracing(void *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("socket") SAYS("socket filter progs cannot use bpf_spin_lock yet")
int in_socket_filter(void *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("syscall") SAYS("accepted")
int in_sleepable(void *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_a);
	return 0;
}
SEC("tc") SAYS("accepted")
int update_with_lock_flag(struct __sk_buff *ctx)
{
	struct locked fresh = {};
	u32 key = 0;
	return bpf_map_update_elem(&values, &key, &fresh, 4);
}

SEC("tc") SAYS("accepted")
int resilient_pair(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_c))
		return 0;
	bpf_res_spin_unlock(&res_c);
	return 0;
}
SEC("tc") SAYS("bpf_res_spin_unlock without taking a lock")
int resilient_unchecked(struct __sk_buff *ctx)
{
	bpf_res_spin_lock(&res_c);
	bpf_res_spin_unlock(&res_c);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region")
int resilient_not_unlocked(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_c))
		return 0;
	return 1;
}
SEC("tc") SAYS("accepted")
int resilient_nested(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_c))
		return 0;
	if (!bpf_res_spin_lock(&res_d))
		bpf_res_spin_unlock(&res_d);
	bpf_res_spin_unlock(&res_c);
	return 0;
}
SEC("tc") SAYS("Acquiring the same lock again, AA deadlock detected")
int resilient_same_twice(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_c))
		return 0;
	if (!bpf_res_spin_lock(&res_c))
		bpf_res_spin_unlock(&res_c);
	bpf_res_spin_unlock(&res_c);
	return 0;
}
SEC("tc") SAYS("bpf_res_spin_unlock cannot be out of order")
int resilient_out_of_order(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_c))
		return 0;
	if (bpf_res_spin_lock(&res_d)) {
		bpf_res_spin_unlock(&res_c);
		return 0;
	}
	bpf_res_spin_unlock(&res_c);
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("bpf_res_spin_unlock without taking a lock")
int resilient_unlocked_only(struct __sk_buff *ctx)
{
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("accepted")
int resilient_in_value(struct __sk_buff *ctx)
{
	u32 key = 0;
	struct resilient *v = bpf_map_lookup_elem(&resilients, &key);
	if (!v || bpf_res_spin_lock(&v->lock))
		return 0;
	v->count++;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int resilient_and_plain(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_d))
		return 0;
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_a);
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("map '.data.a' has no valid bpf_res_spin_lock")
int resilient_given_plain(struct __sk_buff *ctx)
{
	if (!bpf_res_spin_lock((void *)&lock_a))
		bpf_res_spin_unlock((void *)&lock_a);
	return 0;
}
SEC("tc") SAYS("accepted")
int resilient_irq(struct __sk_buff *ctx)
{
	unsigned long flags;
	if (bpf_res_spin_lock_irqsave(&res_d, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore(&res_d, &flags);
	return 0;
}
SEC("tc") SAYS("bpf_res_spin_unlock of different lock")
int resilient_irq_mixed(struct __sk_buff *ctx)
{
	unsigned long flags;
	if (bpf_res_spin_lock_irqsave(&res_d, &flags))
		return 0;
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int resilient_irq_plain_restore(struct __sk_buff *ctx)
{
	unsigned long flags;
	if (bpf_res_spin_lock_irqsave(&res_d, &flags))
		return 0;
	bpf_local_irq_restore(&flags);
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("function calls are not allowed while holding a lock")
int resilient_helper_inside(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_d))
		return 0;
	bpf_ktime_get_ns();
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("accepted")
int resilient_subprogram_inside(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res_d))
		return 0;
	counts();
	bpf_res_spin_unlock(&res_d);
	return 0;
}
SEC("tc") SAYS("map '.data.e' has no valid bpf_res_spin_lock")
int two_resilient_in_one_value(struct __sk_buff *ctx)
{
	if (!bpf_res_spin_lock(&res_e2))
		bpf_res_spin_unlock(&res_e2);
	return 0;
}
