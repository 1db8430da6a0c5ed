// SPDX-License-Identifier: Apache-2.0
// A variable of the kernel that has a type: a number for each CPU.
#include "common.h"

extern const int bpf_prog_active __ksym;

__u64 is_there;

SEC("socket")
int look(struct __sk_buff *skb)
{
  is_there = bpf_per_cpu_ptr(&bpf_prog_active, 0) != 0;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
