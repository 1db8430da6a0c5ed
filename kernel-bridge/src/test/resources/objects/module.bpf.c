// SPDX-License-Identifier: Apache-2.0
// Calls a kernel function that a module may have: nf_conntrack's look-up of a connection.
#include "common.h"

struct bpf_ct_opts___skep {
  __s32 netns_id;
  __s32 error;
  __u8 l4proto;
  __u8 dir;
  __u8 reserved[2];
};

struct nf_conn {
  unsigned long status;
} __attribute__((preserve_access_index));

struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *, struct bpf_sock_tuple *, __u32,
                                  struct bpf_ct_opts___skep *, __u32) __ksym;
void bpf_ct_release(struct nf_conn *) __ksym;

int error;

SEC("xdp")
int look_up(struct xdp_md *ctx)
{
  struct bpf_sock_tuple tuple = {};
  struct bpf_ct_opts___skep opts = { .netns_id = -1, .l4proto = 17 };
  struct nf_conn *found;

  tuple.ipv4.saddr = 1;
  found = bpf_xdp_ct_lookup(ctx, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
  if (found)
    bpf_ct_release(found);
  error = opts.error;
  return found ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
