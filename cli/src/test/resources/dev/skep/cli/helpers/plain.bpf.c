// SPDX-License-Identifier: Apache-2.0
// Helpers and kernel functions that need no packet: strings, dynptrs, iterators, callbacks, rings.
#include "common.h"

static __always_inline void number(const char *text, __u32 size, __u64 flags)
{
	long value = 0x55;
	unsigned long positive = 0x66;

	status(bpf_strtol(text, size, flags, &value));
	result(value);
	status(bpf_strtoul(text, size, flags, &positive));
	result(positive);
}

#define NUMBER(text, flags) do { \
	static const char copy[] = text; \
	char local[sizeof(copy)]; \
	__builtin_memcpy(local, copy, sizeof(copy)); \
	number(local, sizeof(local), flags); \
} while (0)

SEC("tc")
int numbers(void *ctx)
{
	NUMBER("123", 0);
	NUMBER("  -77x", 10);
	NUMBER("0x1fG", 0);
	NUMBER("0x1f", 16);
	NUMBER("1f", 16);
	NUMBER("0778", 0);
	NUMBER("0778", 8);
	NUMBER("08", 0);
	NUMBER("abc", 10);
	NUMBER("12", 7);
	NUMBER("12", 40);
	return 1;
}

SEC("tc")
int more_numbers(void *ctx)
{
	NUMBER("9223372036854775807", 10);
	NUMBER("9223372036854775808", 10);
	NUMBER("-9223372036854775808", 10);
	NUMBER("-9223372036854775809", 10);
	NUMBER("18446744073709551615", 10);
	NUMBER("18446744073709551616", 10);
	NUMBER("0x", 0);
	NUMBER("0xg", 0);
	NUMBER("-", 0);
	NUMBER("   ", 0);
	NUMBER("+5", 0);
	NUMBER("-0x10", 0);
	return 1;
}

static char buffer[64];

static __always_inline void text(long length)
{
	status(length);
	result(*(__u64 *)buffer);
	result(*(__u64 *)(buffer + 8));
	result(*(__u64 *)(buffer + 16));
}

#define PRINT(size, format, ...) do { \
	static const char fmt[] = format; \
	__u64 args[] = { __VA_ARGS__ }; \
	__builtin_memset(buffer, 0, sizeof(buffer)); \
	text(bpf_snprintf(buffer, size, fmt, args, sizeof(args))); \
} while (0)

SEC("tc")
int print(void *ctx)
{
	PRINT(64, "%d %i %u", -1, 5, -1);
	PRINT(64, "%ld %llu %lx", -1, -1, -1);
	PRINT(64, "%x %X %x", 0xabcdef, 0xabcdef, 255);
	PRINT(64, "[%5d] [%-5d] [%05d]", 42, 42, 42);
	PRINT(64, "%c%c %%", 'a', 'b');
	PRINT(8, "0123456789%d", 1);
	PRINT(1, "abc%d", 5);
	PRINT(64, "%lli %d", 5, 300);
	return 2;
}

SEC("tc")
int more_print(void *ctx)
{
	PRINT(64, "%lu|%3x|", 1ull << 40, 0xfffff);
	PRINT(64, "%+d % d", 5, 5);
	PRINT(64, "%i", 8);
	PRINT(64, "%X %px", 255, 0);
	PRINT(64, "%08lx|%-8x|%+5d", 0xabc, 5, 7);
	PRINT(64, "%pI4", (__u64)(unsigned long)"\x0a\x01\x02\x03");
	PRINT(64, "%s", (__u64)(unsigned long)"hello");
	return 2;
}

struct pair {
	__u32 a;
	__u32 b;
};

static long add(__u32 index, struct pair *p)
{
	p->a += index;
	p->b++;
	return p->b == 7;
}

SEC("tc")
int loops(void *ctx)
{
	struct pair p = {};

	status(bpf_loop(5, add, &p, 0));
	result(p.a);
	status(bpf_loop(5, add, &p, 0));
	result(p.a);
	status(bpf_loop(0, add, &p, 0));
	status(bpf_loop(1 << 24, add, &p, 0));
	status(bpf_loop(2, add, &p, 1));
	return 3;
}

struct bpf_iter_num {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

static __always_inline void count(int from, int to)
{
	struct bpf_iter_num it;
	int *next;
	__u64 sum = 0;

	status(bpf_iter_num_new(&it, from, to));
	while ((next = bpf_iter_num_next(&it)))
		sum = sum * 3 + *next;
	bpf_iter_num_destroy(&it);
	result(sum);
}

SEC("tc")
int iterators(void *ctx)
{
	count(0, 10);
	count(-3, 3);
	count(5, 5);
	count(5, 4);
	count(-2147483647 - 1, 2147483647);
	count(0, (8 << 20) + 1);
	return 4;
}

struct bpf_iter_bits {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *p, __u32 words) __weak __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __weak __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __weak __ksym;

static __u64 bits[3] = { 0x8000000000000011ull, 0, 5 };

static __always_inline void each_bit(__u32 words)
{
	struct bpf_iter_bits it;
	int *next;
	__u64 sum = 0;

	status(bpf_iter_bits_new(&it, bits, words));
	while ((next = bpf_iter_bits_next(&it)))
		sum = sum * 131 + *next + 1;
	bpf_iter_bits_destroy(&it);
	result(sum);
}

SEC("tc")
int bit_iterators(void *ctx)
{
	each_bit(1);
	each_bit(2);
	each_bit(3);
	each_bit(0);
	each_bit(600);
	return 5;
}

extern int bpf_dynptr_adjust(const struct bpf_dynptr *p, __u32 start, __u32 end) __weak __ksym;
extern _Bool bpf_dynptr_is_null(const struct bpf_dynptr *p) __weak __ksym;
extern _Bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *p) __weak __ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *p) __weak __ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone) __weak __ksym;
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *p) __weak __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 at, void *buffer, __u32 buffer__szk) __weak __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, __u32 at, void *buffer, __u32 buffer__szk) __weak __ksym;

static char area[32];

SEC("tc")
int dynptrs(struct __sk_buff *skb)
{
	struct bpf_dynptr p, copy;
	__u64 value = 0x1122334455667788ull;
	__u64 back = 0;
	__u64 *direct;

	status(bpf_dynptr_from_mem(area, sizeof(area), 0, &p));
	status(bpf_dynptr_write(&p, 3, &value, 8, 0));
	status(bpf_dynptr_read(&back, 8, &p, 1, 0));
	result(back);
	status(bpf_dynptr_write(&p, 25, &value, 8, 0));
	status(bpf_dynptr_write(&p, 0, &value, 8, 1));
	status(bpf_dynptr_read(&back, 8, &p, 30, 0));
	status(bpf_dynptr_read(&back, 8, &p, 0, 4));
	direct = bpf_dynptr_data(&p, 8, 8);
	if (direct)
		*direct += 5;
	result(!!direct);
	result(bpf_dynptr_size(&p));
	status(bpf_dynptr_adjust(&p, 3, 20));
	result(bpf_dynptr_size(&p));
	status(bpf_dynptr_read(&back, 8, &p, 0, 0));
	result(back);
	status(bpf_dynptr_adjust(&p, 9, 3));
	status(bpf_dynptr_adjust(&p, 1, 30));
	status(bpf_dynptr_clone(&p, &copy));
	status(bpf_dynptr_adjust(&copy, 5, 15));
	result(bpf_dynptr_size(&p));
	result(bpf_dynptr_size(&copy));
	result(bpf_dynptr_is_null(&p));
	result(bpf_dynptr_is_rdonly(&p));
	return 6;
}

SEC("tc")
int packet_dynptrs(struct __sk_buff *skb)
{
	struct bpf_dynptr p;
	__u64 value = 0x1122334455667788ull;
	__u64 back = 0;
	__u8 buf[8] = {};
	__u8 *slice;

	status(bpf_dynptr_from_skb(skb, 0, &p));
	result(bpf_dynptr_size(&p));
	status(bpf_dynptr_read(&back, 8, &p, 6, 0));
	result(back);
	status(bpf_dynptr_write(&p, 22, &value, 8, 0));
	status(bpf_dynptr_write(&p, 60, &value, 8, 0));
	status(bpf_dynptr_write(&p, 22, &value, 8, 8));
	slice = bpf_dynptr_slice(&p, 22, buf, sizeof(buf));
	result(slice ? slice[1] : 999);
	slice = bpf_dynptr_slice_rdwr(&p, 40, buf, sizeof(buf));
	if (slice)
		slice[2] = 0x77;
	result(!!bpf_dynptr_slice(&p, 60, buf, sizeof(buf)));
	return 7;
}

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("tc")
int rings(void *ctx)
{
	struct bpf_dynptr p;
	__u64 value = 1;
	__u64 *record;

	status(bpf_ringbuf_output(&ring, &value, 8, 0));
	status(bpf_ringbuf_output(&ring, &value, 8, 9));
	status(bpf_ringbuf_output(&ring, area, 32, 0));
	result(bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA));
	result(bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE));
	result(bpf_ringbuf_query(&ring, BPF_RB_PROD_POS));
	result(bpf_ringbuf_query(&ring, 77));
	record = bpf_ringbuf_reserve(&ring, 8, 1);
	result(!!record);
	if (record)
		bpf_ringbuf_discard(record, 0);
	record = bpf_ringbuf_reserve(&ring, 4000, 0);
	result(!!record);
	if (record)
		bpf_ringbuf_submit(record, 0);
	record = bpf_ringbuf_reserve(&ring, 8, 0);
	result(!!record);
	if (record) {
		*record = 3;
		bpf_ringbuf_discard(record, 0);
	}
	result(bpf_ringbuf_query(&ring, BPF_RB_PROD_POS));
	status(bpf_ringbuf_reserve_dynptr(&ring, 20, 0, &p));
	status(bpf_dynptr_write(&p, 4, &value, 8, 0));
	bpf_ringbuf_submit_dynptr(&p, 0);
	status(bpf_ringbuf_reserve_dynptr(&ring, 20, 1, &p));
	bpf_ringbuf_submit_dynptr(&p, 0);
	status(bpf_ringbuf_reserve_dynptr(&ring, 8000, 0, &p));
	bpf_ringbuf_discard_dynptr(&p, 0);
	result(bpf_ringbuf_query(&ring, BPF_RB_PROD_POS));
	return 8;
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct pair);
} pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct pair);
} hash SEC(".maps");

static long visit(void *map, __u32 *key, struct pair *value, __u64 *sum)
{
	value->b += 2;
	*sum += *key * 100 + value->a;
	return *sum > 400;
}

SEC("tc")
int elements(void *ctx)
{
	struct pair *value;
	__u64 sum = 0;
	__u32 key;

#pragma unroll
	for (int i = 0; i < 4; i++) {
		key = i;
		value = bpf_map_lookup_elem(&pairs, &key);
		if (value)
			value->a = i + 1;
	}
	status(bpf_for_each_map_elem(&pairs, visit, &sum, 0));
	result(sum);
	status(bpf_for_each_map_elem(&pairs, visit, &sum, 1));
	key = 3;
	status(bpf_map_update_elem(&hash, &key, &(struct pair){ 5, 6 }, BPF_EXIST));
	status(bpf_map_update_elem(&hash, &key, &(struct pair){ 5, 6 }, BPF_NOEXIST));
	status(bpf_map_update_elem(&hash, &key, &(struct pair){ 5, 6 }, BPF_NOEXIST));
	status(bpf_map_update_elem(&hash, &key, &(struct pair){ 5, 6 }, 7));
	value = bpf_map_lookup_elem(&hash, &key);
	bpf_map_update_elem(&hash, &key, &(struct pair){ 50, 60 }, BPF_ANY);
	result(value ? value->a : 999);
	value = bpf_map_lookup_elem(&hash, &key);
	result(value ? value->a : 999);
	sum = 0;
	status(bpf_for_each_map_elem(&hash, visit, &sum, 0));
	result(sum);
	status(bpf_map_delete_elem(&hash, &key));
	status(bpf_map_delete_elem(&hash, &key));
	status(bpf_map_delete_elem(&pairs, &key));
	return 9;
}

extern int bpf_strcmp(const char *a, const char *b) __weak __ksym;
extern int bpf_strlen(const char *s) __weak __ksym;
extern int bpf_strnlen(const char *s, __u64 n) __weak __ksym;
extern int bpf_strchr(const char *s, char c) __weak __ksym;
extern int bpf_strrchr(const char *s, int c) __weak __ksym;
extern int bpf_strspn(const char *s, const char *set) __weak __ksym;
extern int bpf_strcspn(const char *s, const char *set) __weak __ksym;
extern int bpf_strstr(const char *s, const char *t) __weak __ksym;
extern int bpf_strnstr(const char *s, const char *t, __u64 n) __weak __ksym;

SEC("syscall")
int strings(void *ctx)
{
	status(bpf_strcmp("abc", "abd"));
	status(bpf_strcmp("abc", "abc"));
	status(bpf_strcmp("b", "abc"));
	status(bpf_strlen("hello"));
	status(bpf_strnlen("hello", 3));
	status(bpf_strnlen("hello", 30));
	status(bpf_strchr("hello", 'l'));
	status(bpf_strchr("hello", 'z'));
	status(bpf_strrchr("hello", 'l'));
	status(bpf_strspn("aabbc", "ab"));
	status(bpf_strcspn("xyzab", "ab"));
	status(bpf_strstr("hello world", "wor"));
	status(bpf_strstr("hello", "z"));
	status(bpf_strstr("hello", ""));
	status(bpf_strnstr("hello world", "wor", 6));
	status(bpf_strnstr("hello world", "wor", 9));
	status(bpf_strncmp("hello", 3, "help"));
	status(bpf_strncmp("hello", 4, "help"));
	return 10;
}
