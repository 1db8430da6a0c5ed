// SPDX-License-Identifier: Apache-2.0
// Dynptrs: how they begin and end, their slices, their places on the stack.
#include "rules.h"

extern int bpf_dynptr_from_skb(struct __sk_buff *skb, u64 flags, struct bpf_dynptr *out) __ksym;
extern int bpf_dynptr_from_skb_meta(struct __sk_buff *skb, u64 flags, struct bpf_dynptr *out) __ksym;
extern int bpf_dynptr_from_xdp(struct xdp_md *xdp, u64 flags, struct bpf_dynptr *out) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, u32 offset, void *buffer, u32 size) __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, u32 offset, void *buffer, u32 size) __ksym;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *p, u32 start, u32 end) __ksym;
extern bool bpf_dynptr_is_null(const struct bpf_dynptr *p) __ksym;
extern bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *p) __ksym;
extern u32 bpf_dynptr_size(const struct bpf_dynptr *p) __ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone) __ksym;
extern int bpf_dynptr_copy(struct bpf_dynptr *to, u32 to_off, struct bpf_dynptr *from, u32 from_off, u32 size) __ksym;
extern int bpf_dynptr_memset(struct bpf_dynptr *p, u32 offset, u32 size, u8 value) __ksym;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
MAP(numbers, BPF_MAP_TYPE_ARRAY, 8, u32, u64);
struct value {
	struct bpf_dynptr pointer;
};
char buffer[64];
u32 unknown;

SEC("tc") SAYS("accepted")
int local_read(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 out = 0;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	bpf_dynptr_read(&out, sizeof(out), &p, 0, 0);
	return out > 1;
}
SEC("tc") SAYS("Unsupported reg type fp for bpf_dynptr_from_mem data")
int local_stack_memory(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 own = 1;
	bpf_dynptr_from_mem(&own, sizeof(own), 0, &p);
	return 0;
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #2")
int read_uninitialised(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 out = 0;
	return bpf_dynptr_read(&out, sizeof(out), &p, 0, 0);
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #2")
int read_zeroed(struct __sk_buff *ctx)
{
	struct bpf_dynptr p = {};
	u64 out = 0;
	return bpf_dynptr_read(&out, sizeof(out), &p, 0, 0);
}
SEC("tc") SAYS("accepted")
int ring_reserved_submitted(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int ring_checked_leaks(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	if (bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p))
		return 0;
	bpf_ringbuf_discard_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int ring_leaks(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	return 0;
}
SEC("tc") SAYS("arg 1 is an unacquired reference")
int ring_submitted_twice(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_ringbuf_submit_dynptr(&p, 0);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("arg 1 is an unacquired reference")
int local_submitted(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int ring_slice(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	slice = bpf_dynptr_data(&p, 0, 16);
	if (slice)
		slice[1] = 5;
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("R0 invalid mem access 'mem_or_null'")
int ring_slice_unchecked(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	slice = bpf_dynptr_data(&p, 0, 16);
	slice[1] = 5;
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("R0 min value is outside of the allowed memory range")
int ring_slice_beyond(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	slice = bpf_dynptr_data(&p, 0, 16);
	if (slice)
		slice[2] = 5;
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int ring_slice_after_submit(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	slice = bpf_dynptr_data(&p, 0, 16);
	bpf_ringbuf_submit_dynptr(&p, 0);
	if (slice)
		slice[0] = 5;
	return 0;
}
SEC("tc") SAYS("R1 type=mem expected=ringbuf_mem")
int ring_slice_submitted(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	slice = bpf_dynptr_data(&p, 0, 16);
	if (slice)
		bpf_ringbuf_submit(slice, 0);
	bpf_ringbuf_discard_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("R3 is not a known constant'")
int slice_size_unknown(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	slice = bpf_dynptr_data(&p, 0, unknown);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int reserve_size_unknown(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, unknown, 0, &p);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("cannot overwrite referenced dynptr")
int slot_overwritten_referenced(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	*(volatile u64 *)&p = 1;
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int slot_overwritten_local(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	*(volatile u64 *)&p = 1;
	return 0;
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #2")
int slot_overwritten_then_used(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 out = 0;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	((volatile u64 *)&p)[1] = 1;
	return bpf_dynptr_read(&out, sizeof(out), &p, 0, 0);
}
SEC("tc") SAYS("invalid read from stack off -16+0 size 8")
int slot_read_directly(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	return *(volatile u64 *)&p & 1;
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #2")
int slot_at_offset(struct __sk_buff *ctx)
{
	struct bpf_dynptr p[2];
	u64 out = 0;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p[0]);
	return bpf_dynptr_read(&out, sizeof(out), (void *)&p[0] + 8, 0, 0);
}
SEC("tc") SAYS("Dynptr has to be an uninitialized dynptr")
int slot_unaligned(struct __sk_buff *ctx)
{
	struct bpf_dynptr p[2];
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, (void *)p + 4);
	return 0;
}
SEC("tc") SAYS("R4 type=map_value expected=fp, dynptr_ptr")
int slot_in_map(struct __sk_buff *ctx)
{
	bpf_dynptr_from_mem(buffer, 8, 0, (void *)&buffer[16]);
	return 0;
}
SEC("tc") SAYS("cannot overwrite referenced dynptr")
int slot_reused_referenced(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int slot_reused_local(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	bpf_dynptr_from_mem(buffer, 8, 0, &p);
	return 0;
}
SEC("tc") SAYS("invalid read from stack R3 off -16+0 size 8")
int passed_as_memory(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u32 key = 0;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	bpf_map_update_elem(&numbers, &key, &p, 0);
	return 0;
}
SEC("tc") SAYS("potential write to dynptr at off=-16 disallowed")
int write_of_dynptr_itself(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	return bpf_dynptr_read(&p, sizeof(p), &p, 0, 0);
}
SEC("tc") SAYS("accepted")
int skb_slice(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, room, sizeof(room));
	return header ? header[12] == 8 : 0;
}
SEC("tc") SAYS("R0 cannot write into rdonly_mem")
int skb_slice_written(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, room, sizeof(room));
	if (header)
		header[0] = 1;
	return 0;
}
SEC("tc") SAYS("accepted")
int skb_slice_rdwr(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice_rdwr(&p, 0, room, sizeof(room));
	if (header)
		header[0] = 1;
	return 0;
}
SEC("tc") SAYS("R0 invalid mem access 'rdonly_mem_or_null'")
int skb_slice_unchecked(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, room, sizeof(room));
	return header[0];
}
SEC("tc") SAYS("accepted")
int skb_slice_null_room(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, 0, 14);
	return header ? header[13] == 0 : 0;
}
SEC("tc") SAYS("arg#2 arg#3 memory, len pair leads to invalid memory access")
int skb_slice_room_too_small(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[8];
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, room, 14);
	return header ? header[13] == 0 : 0;
}
SEC("tc") SAYS("R4 must be a known constant")
int skb_slice_size_unknown(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[8];
	bpf_dynptr_from_skb(ctx, 0, &p);
	return bpf_dynptr_slice(&p, 0, room, ctx->len & 7) != 0;
}
SEC("tc") SAYS("R8 invalid mem access 'scalar'")
int skb_slice_after_pull(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, room, sizeof(room));
	bpf_skb_pull_data(ctx, 20);
	return header ? header[0] : 0;
}
SEC("tc") SAYS("accepted")
int skb_data(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_skb(ctx, 0, &p);
	return bpf_dynptr_data(&p, 0, 8) != 0;
}
SEC("tc") SAYS("R7 invalid mem access 'scalar'")
int skb_written_ends_slices(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	u64 zero = 0;
	char *header;
	bpf_dynptr_from_skb(ctx, 0, &p);
	header = bpf_dynptr_slice(&p, 0, room, sizeof(room));
	if (!header)
		return 0;
	bpf_dynptr_write(&p, 0, &zero, sizeof(zero), 0);
	return header[0];
}
SEC("tc") SAYS("R7 invalid mem access 'scalar'")
int skb_written_ends_packet_pointers(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 zero = 0;
	char *data = (char *)(long)ctx->data, *end = (char *)(long)ctx->data_end;
	if (data + 1 > end)
		return 0;
	bpf_dynptr_from_skb(ctx, 0, &p);
	bpf_dynptr_write(&p, 0, &zero, sizeof(zero), 0);
	return data[0];
}
SEC("cgroup_skb/egress") SAYS("the prog does not allow writes to packet data")
int skb_rdwr_where_read_only(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	bpf_dynptr_from_skb(ctx, 0, &p);
	return bpf_dynptr_slice_rdwr(&p, 0, room, sizeof(room)) != 0;
}
SEC("socket") SAYS("accepted")
int skb_written_where_read_only(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u64 zero = 0;
	bpf_dynptr_from_skb(ctx, 0, &p);
	return bpf_dynptr_write(&p, 0, &zero, sizeof(zero), 0);
}
SEC("xdp") SAYS("calling kernel function bpf_dynptr_from_skb is not allowed")
int skb_from_xdp(struct xdp_md *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_skb((void *)ctx, 0, &p);
	return 2;
}
SEC("xdp") SAYS("accepted")
int xdp_slice(struct xdp_md *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_xdp(ctx, 0, &p);
	header = bpf_dynptr_slice_rdwr(&p, 0, room, sizeof(room));
	if (!header)
		return 1;
	header[0] = 1;
	return 2;
}
SEC("xdp") SAYS("R7 invalid mem access 'scalar'")
int xdp_slice_after_adjust(struct xdp_md *ctx)
{
	struct bpf_dynptr p;
	char room[14];
	char *header;
	bpf_dynptr_from_xdp(ctx, 0, &p);
	header = bpf_dynptr_slice_rdwr(&p, 0, room, sizeof(room));
	if (!header)
		return 1;
	bpf_xdp_adjust_head(ctx, 4);
	header[0] = 1;
	return 2;
}
SEC("tc") SAYS("accepted")
int meta_slice(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	u32 *mark;
	bpf_dynptr_from_skb_meta(ctx, 0, &p);
	mark = bpf_dynptr_slice_rdwr(&p, 0, 0, 4);
	if (mark)
		*mark = 5;
	return 0;
}
SEC("tc") SAYS("accepted")
int clone_used(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, clone;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	bpf_dynptr_clone(&p, &clone);
	bpf_dynptr_adjust(&clone, 4, 8);
	return bpf_dynptr_size(&clone) == 4;
}
SEC("tc") SAYS("accepted")
int clone_of_ring_submitted(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, clone;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_dynptr_clone(&p, &clone);
	bpf_ringbuf_submit_dynptr(&clone, 0);
	return 0;
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #2")
int clone_used_after_submit(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, clone;
	u64 out;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_dynptr_clone(&p, &clone);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return bpf_dynptr_read(&out, sizeof(out), &clone, 0, 0);
}
SEC("tc") SAYS("R6 invalid mem access 'scalar'")
int clone_slice_after_submit(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, clone;
	u64 *slice;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_dynptr_clone(&p, &clone);
	slice = bpf_dynptr_data(&clone, 0, 8);
	if (!slice) {
		bpf_ringbuf_discard_dynptr(&p, 0);
		return 0;
	}
	bpf_ringbuf_submit_dynptr(&p, 0);
	*slice = 1;
	return 0;
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #0")
int clone_of_nothing(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, clone;
	return bpf_dynptr_clone(&p, &clone);
}
SEC("tc") SAYS("accepted")
int clone_into_itself(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	return bpf_dynptr_clone(&p, &p);
}
SEC("tc") SAYS("cannot overwrite referenced dynptr")
int clone_overwritten(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, clone;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	bpf_dynptr_clone(&p, &clone);
	*(volatile u64 *)&clone = 0;
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int queries(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	return bpf_dynptr_is_null(&p) + bpf_dynptr_is_rdonly(&p) + bpf_dynptr_size(&p);
}
SEC("tc") SAYS("Expected an initialized dynptr as arg #0")
int query_of_nothing(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	return bpf_dynptr_is_null(&p);
}
SEC("tc") SAYS("accepted")
int copies(struct __sk_buff *ctx)
{
	struct bpf_dynptr p, from;
	bpf_dynptr_from_skb(ctx, 0, &from);
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	bpf_dynptr_memset(&p, 0, 8, 0xff);
	return bpf_dynptr_copy(&p, 0, &from, 0, 14);
}

global int reads_first(struct bpf_dynptr *p)
{
	u64 out = 0;
	bpf_dynptr_read(&out, sizeof(out), p, 0, 0);
	return out > 1;
}
global int clones_first(const struct bpf_dynptr *p)
{
	struct bpf_dynptr own;
	bpf_dynptr_clone(p, &own);
	return bpf_dynptr_size(&own) > 8;
}
SEC("tc") SAYS("accepted")
int to_global(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_dynptr_from_mem(buffer, sizeof(buffer), 0, &p);
	return reads_first(&p) + clones_first(&p);
}
SEC("tc") SAYS("Caller passes invalid args into func#1 ('reads_first')")
int to_global_uninitialised(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	return reads_first(&p);
}
SEC("tc") SAYS("accepted")
int to_global_ring(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	reads_first(&p);
	bpf_ringbuf_submit_dynptr(&p, 0);
	return 0;
}
global int submits_first(struct bpf_dynptr *p)
{
	bpf_ringbuf_submit_dynptr(p, 0);
	return 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int to_global_that_submits(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	submits_first(&p);
	return 0;
}
subprogram int submits_static(struct bpf_dynptr *p)
{
	bpf_ringbuf_submit_dynptr(p, 0);
	return 0;
}
SEC("tc") SAYS("accepted")
int to_static_that_submits(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p);
	return submits_static(&p);
}
subprogram int reserves_static(struct bpf_dynptr *p)
{
	return bpf_ringbuf_reserve_dynptr(&ring, 16, 0, p) < 0;
}
SEC("tc") SAYS("accepted")
int from_static_that_reserves(struct __sk_buff *ctx)
{
	struct bpf_dynptr p;
	reserves_static(&p);
	bpf_ringbuf_discard_dynptr(&p, 0);
	return 0;
}
subprogram int reserves_own(void)
{
	struct bpf_dynptr p;
	return bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &p) < 0;
}
SEC("tc") SAYS("BPF_EXIT instruction in main prog would lead to reference leak")
int static_leaks_its_own(struct __sk_buff *ctx) { return reserves_own(); }
