// SPDX-License-Identifier: Apache-2.0
// Programs on functions: of the kernel (its own functions for testing), of another program, and on
// a hook of the security modules.
#include "common.h"

__u64 entries, exits, changed, denied, traced;
__u32 denied_pid;

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(on_entry, int a)
{
  __sync_fetch_and_add(&entries, a);
  return 0;
}

SEC("fexit/bpf_fentry_test1")
int BPF_PROG(on_exit, int a, int ret)
{
  __sync_fetch_and_add(&exits, ret);
  return 0;
}

SEC("fmod_ret/bpf_modify_return_test")
int BPF_PROG(on_return, int a, int *b, int ret)
{
  __sync_fetch_and_add(&changed, 1);
  return -22;
}

struct inode;
struct dentry;

SEC("lsm/inode_mkdir")
int BPF_PROG(on_mkdir, struct inode *dir, struct dentry *dentry, unsigned short mode)
{
  if (bpf_get_current_pid_tgid() >> 32 != denied_pid)
    return 0;
  __sync_fetch_and_add(&denied, 1);
  return -1; /* EPERM */
}

__noinline int answer(struct __sk_buff *skb)
{
  volatile int a = 41;

  return a;
}

SEC("tc")
int asks(struct __sk_buff *skb)
{
  return answer(skb);
}

SEC("freplace/answer")
int other_answer(struct __sk_buff *skb)
{
  return 42;
}

SEC("?fentry/asks")
int BPF_PROG(on_program, struct __sk_buff *skb)
{
  __sync_fetch_and_add(&traced, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
