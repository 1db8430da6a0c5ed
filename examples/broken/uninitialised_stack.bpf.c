// SPDX-License-Identifier: Apache-2.0
/* The mistake: `cursor.next` is on the stack and never set; what lies there is used as a pointer. */
#include "../common.h"

struct cursor {
	__u32 *volatile next;
	__u32 *volatile end;
};

SEC("tracepoint/raw_syscalls/sys_enter")
int uninitialised_stack(void *ctx)
{
	struct cursor cursor;

	return *cursor.next;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
