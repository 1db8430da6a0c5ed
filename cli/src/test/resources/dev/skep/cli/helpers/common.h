// SPDX-License-Identifier: Apache-2.0
// What the programs of this folder share: each writes what its calls gave into results[].
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

__u64 results[64];
__u32 used;

static __always_inline void result(__u64 value)
{
	__u32 at = used & 63;

	results[at] = value;
	used = at + 1;
}

// An error number or a length: helpers give an int in a 64-bit register.
static __always_inline void status(long value)
{
	result((__u64)(__s64)(int)value);
}

char _license[] SEC("license") = "GPL";
