// SPDX-License-Identifier: Apache-2.0
// A TCP congestion control that keeps its window and counts what it is asked: once registered by
// its value alone, once by a link.
#include "common.h"

#define TCP_CONG_NON_RESTRICTED 1

struct sock;

struct tcp_congestion_ops {
  __u32 flags;
  __u32 (*ssthresh)(struct sock *sk);
  void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
  __u32 (*undo_cwnd)(struct sock *sk);
  void (*init)(struct sock *sk);
  char name[16];
};

__u64 connections;

SEC("struct_ops/init")
void BPF_PROG(cc_init, struct sock *sk)
{
  __sync_fetch_and_add(&connections, 1);
}

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(cc_ssthresh, struct sock *sk)
{
  return 10;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(cc_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(cc_undo_cwnd, struct sock *sk)
{
  return 10;
}

SEC(".struct_ops")
struct tcp_congestion_ops plain = {
  .flags = TCP_CONG_NON_RESTRICTED,
  .init = (void *)cc_init,
  .ssthresh = (void *)cc_ssthresh,
  .cong_avoid = (void *)cc_avoid,
  .undo_cwnd = (void *)cc_undo_cwnd,
  .name = "skep_plain",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops linked = {
  .flags = TCP_CONG_NON_RESTRICTED,
  .init = (void *)cc_init,
  .ssthresh = (void *)cc_ssthresh,
  .cong_avoid = (void *)cc_avoid,
  .undo_cwnd = (void *)cc_undo_cwnd,
  .name = "skep_linked",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops replacement = {
  .flags = TCP_CONG_NON_RESTRICTED,
  .ssthresh = (void *)cc_ssthresh,
  .cong_avoid = (void *)cc_avoid,
  .undo_cwnd = (void *)cc_undo_cwnd,
  .name = "skep_linked",
};

char LICENSE[] SEC("license") = "GPL";
