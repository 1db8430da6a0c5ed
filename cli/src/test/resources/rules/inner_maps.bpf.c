// SPDX-License-Identifier: Apache-2.0
// Maps in maps, keys that are constants, values that are frozen.
#include "rules.h"

struct locked {
	struct bpf_spin_lock lock;
	u32 count;
};
struct timed {
	struct bpf_timer timer;
};
struct inner_array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
};
struct any_size_array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(map_flags, 1 << 12 /* BPF_F_INNER_MAP */);
	__type(key, u32);
	__type(value, u64);
};
struct inner_hash {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
};
struct inner_locked {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, struct locked);
};
struct inner_timed {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, struct timed);
};
#define OUTER(name, kind, shape) \
	struct { \
		__uint(type, kind); \
		__uint(max_entries, 2); \
		__type(key, u32); \
		__array(values, struct shape); \
	} name SEC(".maps")
OUTER(arrays, BPF_MAP_TYPE_ARRAY_OF_MAPS, inner_array);
OUTER(any_arrays, BPF_MAP_TYPE_ARRAY_OF_MAPS, any_size_array);
OUTER(hashes, BPF_MAP_TYPE_HASH_OF_MAPS, inner_hash);
OUTER(lockeds, BPF_MAP_TYPE_ARRAY_OF_MAPS, inner_locked);
OUTER(timeds, BPF_MAP_TYPE_ARRAY_OF_MAPS, inner_timed);
MAP(plain, BPF_MAP_TYPE_ARRAY, 4, u32, u64);
MAP(per_cpu, BPF_MAP_TYPE_PERCPU_ARRAY, 4, u32, u64);
MAP(hash, BPF_MAP_TYPE_HASH, 4, u32, u64);
MAP(locked_values, BPF_MAP_TYPE_ARRAY, 4, u32, struct locked);
MAP(timed_values, BPF_MAP_TYPE_ARRAY, 4, u32, struct timed);

#define INNER(outer, name, number) \
	u32 key_##name = number; \
	void *name = bpf_map_lookup_elem(&outer, &key_##name); \
	if (!name) \
		return 0

SEC("tc") SAYS("accepted")
int looked_up(struct __sk_buff *ctx)
{
	INNER(arrays, inner, 0);
	u32 key = ctx->len;
	u64 *value = bpf_map_lookup_elem(inner, &key);
	return value ? *value > 1 : 0;
}
SEC("tc") SAYS("R1 type=map_value_or_null expected=map_ptr")
int inner_unchecked(struct __sk_buff *ctx)
{
	u32 key = 0;
	void *inner = bpf_map_lookup_elem(&arrays, &key);
	return bpf_map_lookup_elem(inner, &key) != 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int value_unchecked(struct __sk_buff *ctx)
{
	INNER(arrays, inner, 0);
	u32 key = ctx->len;
	return *(u64 *)bpf_map_lookup_elem(inner, &key) > 0;
}
SEC("tc") SAYS("accepted")
int constant_key_in_inner(struct __sk_buff *ctx)
{
	INNER(arrays, inner, 0);
	u32 key = 2;
	return *(u64 *)bpf_map_lookup_elem(inner, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int constant_key_in_any_size(struct __sk_buff *ctx)
{
	INNER(any_arrays, inner, 0);
	u32 key = 2;
	return *(u64 *)bpf_map_lookup_elem(inner, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int constant_key_in_inner_hash(struct __sk_buff *ctx)
{
	INNER(hashes, inner, 0);
	u32 key = 2;
	return *(u64 *)bpf_map_lookup_elem(inner, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int constant_key(struct __sk_buff *ctx)
{
	u32 key = 3;
	return *(u64 *)bpf_map_lookup_elem(&plain, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int constant_key_beyond(struct __sk_buff *ctx)
{
	u32 key = 4;
	return *(u64 *)bpf_map_lookup_elem(&plain, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int constant_key_per_cpu(struct __sk_buff *ctx)
{
	u32 key = 1;
	return *(u64 *)bpf_map_lookup_elem(&per_cpu, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int constant_key_in_hash(struct __sk_buff *ctx)
{
	u32 key = 1;
	return *(u64 *)bpf_map_lookup_elem(&hash, &key) > 0;
}
SEC("tc") SAYS("R1 type=map_value_or_null expected=map_ptr")
int constant_key_outer(struct __sk_buff *ctx)
{
	u32 key = 1;
	void *inner = bpf_map_lookup_elem(&arrays, &key);
	return bpf_map_lookup_elem(inner, &key) != 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int key_from_two_paths(struct __sk_buff *ctx)
{
	u32 key = ctx->len > 5 ? 1 : 2;
	return *(u64 *)bpf_map_lookup_elem(&plain, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int key_limited(struct __sk_buff *ctx)
{
	u32 key = ctx->len & 3;
	return *(u64 *)bpf_map_lookup_elem(&plain, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int key_in_two_halves(struct __sk_buff *ctx)
{
	union {
		u32 whole;
		unsigned short half[2];
	} key;
	((volatile unsigned short *)key.half)[0] = 1;
	((volatile unsigned short *)key.half)[1] = 0;
	return *(u64 *)bpf_map_lookup_elem(&plain, &key) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int key_is_half_of_a_slot(struct __sk_buff *ctx)
{
	volatile u64 slot = 1;
	return *(u64 *)bpf_map_lookup_elem(&plain, (void *)&slot) > 0;
}
SEC("tc") SAYS("R0 invalid mem access 'map_value_or_null'")
int key_in_map_value(struct __sk_buff *ctx)
{
	u32 key = 1;
	u64 *value = bpf_map_lookup_elem(&plain, &key);
	if (!value)
		return 0;
	return *(u64 *)bpf_map_lookup_elem(&plain, value) > 0;
}
SEC("tc") SAYS("cannot pass map_type 12 into func bpf_map_update_elem#2")
int outer_updated(struct __sk_buff *ctx)
{
	u32 key = 0;
	return bpf_map_update_elem(&arrays, &key, &key, 0);
}
SEC("tc") SAYS("cannot pass map_type 13 into func bpf_map_delete_elem#3")
int outer_deleted(struct __sk_buff *ctx)
{
	u32 key = 0;
	return bpf_map_delete_elem(&hashes, &key);
}
SEC("tc") SAYS("accepted")
int inner_read_directly(struct __sk_buff *ctx)
{
	INNER(arrays, inner, 0);
	return *(volatile u32 *)inner;
}
SEC("tc") SAYS("accepted")
int inner_id_read(struct __sk_buff *ctx)
{
	INNER(arrays, inner, 0);
	return *(volatile u32 *)(inner + 24) > 5;
}
SEC("tc") SAYS("R0 pointer arithmetic on map_ptr prohibited")
int inner_moved(struct __sk_buff *ctx)
{
	INNER(arrays, inner, 0);
	u32 key = 0;
	return bpf_map_lookup_elem(inner + 4, &key) != 0;
}
SEC("tc") SAYS("accepted")
int locks_of_one_element(struct __sk_buff *ctx)
{
	INNER(lockeds, inner, 0);
	u32 key = 0;
	struct locked *value = bpf_map_lookup_elem(inner, &key);
	if (!value)
		return 0;
	bpf_spin_lock(&value->lock);
	value->count++;
	bpf_spin_unlock(&value->lock);
	return 0;
}
SEC("tc") SAYS("bpf_spin_unlock of different lock")
int locks_of_two_inner_maps(struct __sk_buff *ctx)
{
	INNER(lockeds, first, 0);
	INNER(lockeds, second, 1);
	u32 key = 0;
	struct locked *a = bpf_map_lookup_elem(first, &key), *b;
	if (!a)
		return 0;
	b = bpf_map_lookup_elem(second, &key);
	if (!b)
		return 0;
	bpf_spin_lock(&a->lock);
	bpf_spin_unlock(&b->lock);
	return 0;
}
SEC("tc") SAYS("accepted")
int timer_of_its_map(struct __sk_buff *ctx)
{
	INNER(timeds, inner, 0);
	u32 key = 0;
	struct timed *value = bpf_map_lookup_elem(inner, &key);
	if (value)
		bpf_timer_init(&value->timer, inner, 1);
	return 0;
}
SEC("tc") SAYS("timer pointer in R1 map_uid=1 doesn't match map pointer in R2 map_uid=2")
int timer_of_another_inner_map(struct __sk_buff *ctx)
{
	INNER(timeds, first, 0);
	INNER(timeds, second, 1);
	u32 key = 0;
	struct timed *value = bpf_map_lookup_elem(first, &key);
	if (value)
		bpf_timer_init(&value->timer, second, 1);
	return 0;
}
SEC("tc") SAYS("accepted")
int one_of_two_maps(struct __sk_buff *ctx)
{
	u32 key = 1;
	u64 *value = bpf_map_lookup_elem(ctx->len > 5 ? (void *)&plain : (void *)&hash, &key);
	return value ? *value > 1 : 0;
}
SEC("tc") SAYS("accepted")
int one_of_two_tail_called(struct __sk_buff *ctx)
{
	u32 key = 1;
	return bpf_map_update_elem(ctx->len > 5 ? (void *)&plain : (void *)&hash, &key, &(u64){1}, 0);
}

const volatile u32 limit = 7;
const volatile char letters[8] = "abcdefg";
const volatile u64 *const volatile pointer = 0;

SEC("tc") SAYS("accepted")
int frozen_known(struct __sk_buff *ctx)
{
	volatile char bytes[8] = {};
	return bytes[limit];
}
SEC("tc") SAYS("accepted")
int frozen_array_known(struct __sk_buff *ctx)
{
	volatile char bytes[128] = {};
	return bytes[(int)letters[2]];
}
SEC("tc") SAYS("invalid variable-offset read from stack R2 var_off=(0x0; 0xffffffffffffffff) off=-8 size=1")
int frozen_array_unknown_index(struct __sk_buff *ctx)
{
	volatile char bytes[8] = {};
	return bytes[(int)letters[ctx->len & 7]];
}
SEC("tc") SAYS("write into map forbidden, value_size=28 off=0 size=4")
int frozen_written(struct __sk_buff *ctx)
{
	*(volatile u32 *)&limit = 5;
	return 0;
}
SEC("tc") SAYS("accepted")
int frozen_branch(struct __sk_buff *ctx)
{
	if (limit == 7)
		return 0;
	return *(volatile int *)(long)5;
}
SEC("tc") SAYS("accepted")
int frozen_pointer(struct __sk_buff *ctx) { return pointer ? *pointer > 5 : 0; }
SEC("tc") SAYS("write into map forbidden, value_size=28 off=4 size=8")
int frozen_read_into_by_helper(struct __sk_buff *ctx) { return bpf_skb_load_bytes(ctx, 0, (void *)letters, 8); }
SEC("tc") SAYS("accepted")
int frozen_as_string(struct __sk_buff *ctx) { return bpf_strncmp("abc", 4, (const char *)letters); }
SEC("tc") SAYS("R3 does not point to a readonly map'")
int string_not_frozen(struct __sk_buff *ctx)
{
	u32 key = 0;
	char *value = bpf_map_lookup_elem(&plain, &key);
	return value ? bpf_strncmp("abc", 4, value) : 0;
}
SEC("tc") SAYS("string is not zero-terminated")
int string_without_end(struct __sk_buff *ctx)
{
	static const char endless[4] = {'a', 'b', 'c', 'd'};
	return bpf_strncmp("abc", 4, endless);
}
SEC("tc") SAYS("R3 type=fp expected=map_value")
int string_on_stack(struct __sk_buff *ctx)
{
	char own[4] = "abc";
	return bpf_strncmp("abc", 4, own);
}
