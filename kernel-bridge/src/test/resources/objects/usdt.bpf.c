// SPDX-License-Identifier: Apache-2.0
// Notes what a marker's arguments are, by libbpf's own way to them.
#include <linux/ptrace.h>
#include "common.h"
#include <bpf/usdt.bpf.h>

#define ARGUMENTS 4
#define SEEN 8

struct seen {
  __s64 arguments[ARGUMENTS];
  __s64 cookie;
  __s64 count;
};

struct seen seen[SEEN];
__u32 hits;

SEC("usdt")
int on_place(struct pt_regs *ctx)
{
  __u32 hit = __sync_fetch_and_add(&hits, 1);
  struct seen *s;
  long value;

  if (hit >= SEEN)
    return 0;
  s = &seen[hit];
  s->cookie = bpf_usdt_cookie(ctx);
  s->count = bpf_usdt_arg_cnt(ctx);
  for (int i = 0; i < ARGUMENTS; i++)
    s->arguments[i] = bpf_usdt_arg(ctx, i, &value) ? -9999 : value;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
