// SPDX-License-Identifier: Apache-2.0
/*
 * How long system calls take: a histogram in powers of two for each process name, from a pair of
 * tracepoints.
 */
#include "common.h"

#define BUCKETS 27

/* As /sys/kernel/tracing/events/raw_syscalls/sys_enter/format describes it. */
struct sys_enter {
	__u64 common;
	long id;
	unsigned long args[6];
};

struct sys_exit {
	__u64 common;
	long id;
	long ret;
};

struct process {
	char comm[16];
};

struct histogram {
	__u64 bucket[BUCKETS];
	__u64 total_ns;
	__u64 calls;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u64); /* pid and tgid */
	__type(value, __u64); /* ns */
} started SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct process);
	__type(value, struct histogram);
} latency SEC(".maps");

/* Only this process, if it is not 0; set before loading. */
const volatile __u32 only_tgid;

static struct histogram empty;

static __always_inline __u32 log2_of(__u64 value)
{
	__u32 result = 0;

	for (int shift = 32; shift > 0; shift >>= 1) {
		if (value >> shift) {
			value >>= shift;
			result += shift;
		}
	}
	return result;
}

SEC("tracepoint/raw_syscalls/sys_enter")
int latency_enter(struct sys_enter *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u64 now = bpf_ktime_get_ns();

	if (only_tgid && id >> 32 != only_tgid)
		return 0;
	bpf_map_update_elem(&started, &id, &now, BPF_ANY);
	return 0;
}

SEC("tracepoint/raw_syscalls/sys_exit")
int latency_exit(struct sys_exit *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u64 *start = bpf_map_lookup_elem(&started, &id);
	struct histogram *histogram;
	struct process process;
	__u32 bucket;
	__u64 took;

	if (!start)
		return 0;
	took = bpf_ktime_get_ns() - *start;
	bpf_map_delete_elem(&started, &id);
	bpf_get_current_comm(&process.comm, sizeof(process.comm));

	histogram = bpf_map_lookup_elem(&latency, &process);
	if (!histogram) {
		bpf_map_update_elem(&latency, &process, &empty, BPF_NOEXIST);
		histogram = bpf_map_lookup_elem(&latency, &process);
		if (!histogram)
			return 0;
	}
	bucket = log2_of(took);
	if (bucket >= BUCKETS)
		bucket = BUCKETS - 1;
	__sync_fetch_and_add(&histogram->bucket[bucket], 1);
	__sync_fetch_and_add(&histogram->total_ns, took);
	__sync_fetch_and_add(&histogram->calls, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
